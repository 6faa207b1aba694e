#include "server/app/figures.h"

#include <cstdint>
#include <string>

#include "swarmboard/v1/enums.pb.h"
#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::app {
namespace {

using api::Figure;
using api::FigureKind;
using api::Figures;
using room::Counters;

Figure plain(const char* name, const char* help, FigureKind kind, std::uint64_t value) {
  Figure figure;
  figure.name = name;
  figure.help = help;
  figure.kind = kind;
  figure.values.push_back({.label = {}, .value = static_cast<double>(value)});
  return figure;
}

using Threads = std::vector<IoThreadFigures>;

std::uint64_t sum(const Threads& threads, std::uint64_t Counters::*counter) {
  std::uint64_t total = 0;
  for (const IoThreadFigures& thread : threads) {
    total += thread.counters.*counter;
  }
  return total;
}

struct RoomCounter {
  const char* name;
  const char* help;
  std::uint64_t Counters::*counter;
};

constexpr RoomCounter kRoomCounters[] = {
    {"commands_accepted_total", "Commands that became an event", &Counters::accepted},
    {"commands_repeated_total", "Commands answered from memory", &Counters::repeated},
    {"misfits_total", "Decisions that did not fit their state", &Counters::misfits},
    {"broken_invariants_total", "Boards closed for a broken rule", &Counters::broken_invariants},
    {"groups_total", "Groups handed to the journal", &Counters::groups},
    {"groups_not_durable_total", "Groups that did not become durable",
     &Counters::groups_not_durable},
    {"events_total", "Events made durable", &Counters::events},
    {"rollbacks_total", "Speculative states dropped", &Counters::rollbacks},
    {"blocks_shared_total", "Blocks sent to more than one receiver", &Counters::blocks_shared},
    {"blocks_own_total", "Blocks made for one receiver", &Counters::blocks_own},
    {"sends_total", "Blocks handed to sockets", &Counters::sends},
    {"sent_bytes_total", "Bytes handed to sockets", &Counters::bytes_sent},
    {"deliveries_total", "Events times receivers", &Counters::deliveries},
    {"catch_ups_total", "Readers brought up from the journal", &Counters::catch_ups},
    {"snapshots_total", "Snapshots sent", &Counters::snapshots},
    {"presence_frames_total", "Presence frames made", &Counters::presence_frames},
    {"links_opened_total", "Connections that said hello", &Counters::links_opened},
    {"links_closed_total", "Connections that ended", &Counters::links_closed},
    {"links_silent_total", "Connections dropped for silence", &Counters::dropped_silent},
    {"links_stuck_total", "Connections dropped for not reading", &Counters::dropped_stuck},
    {"links_replaced_total", "Connections replaced by a newer one", &Counters::replaced},
    {"text_frames_total", "Connections ended for a text frame", &Counters::text_frames},
    {"reading_paused_total", "Times a sender was slowed down", &Counters::reading_paused},
    {"streams_loaded_total", "Streams loaded", &Counters::streams_loaded},
    {"streams_unloaded_total", "Streams unloaded", &Counters::streams_unloaded},
    {"streams_failed_total", "Streams closed for damage", &Counters::streams_failed},
    {"keyframes_written_total", "Keyframes written", &Counters::keyframes_written},
    {"keyframes_failed_total", "Keyframes not written", &Counters::keyframes_failed},
    {"keyframes_bad_total", "Keyframes ignored at load", &Counters::keyframes_bad},
};

struct NetCounter {
  const char* name;
  const char* help;
  FigureKind kind;
  net::Counter net::Counters::*counter;
};

constexpr FigureKind kCounter = FigureKind::Counter;
constexpr FigureKind kGauge = FigureKind::Gauge;

constexpr NetCounter kNetCounters[] = {
    {"connections_open", "Open sockets", kGauge, &net::Counters::connections_open},
    {"connections_accepted_total", "Sockets accepted", kCounter,
     &net::Counters::connections_accepted},
    {"connections_refused_total", "Sockets refused at a limit", kCounter,
     &net::Counters::connections_refused},
    {"accept_errors_total", "Failed accepts", kCounter, &net::Counters::accept_errors},
    {"http_requests_total", "Requests", kCounter, &net::Counters::http_requests},
    {"http_refused_total", "Requests refused before parsing", kCounter,
     &net::Counters::http_refused},
    {"http_timeouts_total", "Connections cut at a deadline", kCounter,
     &net::Counters::http_timeouts},
    {"http_4xx_total", "Answers with status 4xx", kCounter, &net::Counters::http_status_4xx},
    {"http_5xx_total", "Answers with status 5xx", kCounter, &net::Counters::http_status_5xx},
    {"origins_refused_total", "Requests of foreign pages", kCounter,
     &net::Counters::origins_refused},
    {"upgrades_refused_total", "WebSockets refused", kCounter, &net::Counters::upgrades_refused},
    {"websockets_open", "Open WebSockets", kGauge, &net::Counters::websockets_open},
    {"websockets_accepted_total", "WebSockets accepted", kCounter,
     &net::Counters::websockets_accepted},
    {"websockets_before_hello", "WebSockets that have not said hello", kGauge,
     &net::Counters::websockets_before_hello},
    {"messages_in_total", "Messages received", kCounter, &net::Counters::messages_in},
    {"message_bytes_in_total", "Bytes of messages received", kCounter,
     &net::Counters::message_bytes_in},
    {"socket_blocks_total", "Blocks written", kCounter, &net::Counters::blocks_out},
    {"socket_block_bytes_total", "Bytes of blocks written", kCounter,
     &net::Counters::block_bytes_out},
    {"socket_blocks_delayed_total", "Blocks that did not fit at once", kCounter,
     &net::Counters::blocks_delayed},
    {"protocol_errors_total", "WebSockets ended for breaking the protocol", kCounter,
     &net::Counters::protocol_errors},
    {"closes_cut_total", "WebSockets cut at a deadline", kCounter, &net::Counters::closes_cut},
};

void add_refusals(Figures& figures, const Threads& threads) {
  Figure figure = plain("commands_refused_total", "Commands refused, by reason", kCounter, 0);
  figure.label_name = "reason";
  figure.values.clear();
  for (int reason = 0; reason < static_cast<int>(Counters::kReasons); ++reason) {
    std::uint64_t total = 0;
    for (const IoThreadFigures& thread : threads) {
      total += thread.counters.refused_by_reason.at(static_cast<std::size_t>(reason));
    }
    if (total > 0) {
      const std::string name = v1::RejectReason_Name(static_cast<v1::RejectReason>(reason));
      figure.values.push_back({.label = name.empty() ? std::to_string(reason) : name,
                               .value = static_cast<double>(total)});
    }
  }
  figures.push_back(std::move(figure));
}

void add_fatals(Figures& figures, const Threads& threads) {
  Figure figure = plain("fatals_total", "Connections ended with a reason", kCounter, 0);
  figure.label_name = "reason";
  figure.values.clear();
  for (int reason = v1::FatalReason_MIN; reason <= v1::FatalReason_MAX; ++reason) {
    std::uint64_t total = 0;
    for (const IoThreadFigures& thread : threads) {
      total += thread.counters.fatal_by_reason.at(static_cast<std::size_t>(reason));
    }
    if (total > 0) {
      figure.values.push_back({.label = v1::FatalReason_Name(static_cast<v1::FatalReason>(reason)),
                               .value = static_cast<double>(total)});
    }
  }
  figures.push_back(std::move(figure));
}

void add_commit_times(Figures& figures, const Threads& threads) {
  Figure figure;
  figure.name = "commit_us";
  figure.help = "Microseconds from handing a group over until it is durable";
  figure.kind = FigureKind::Histogram;
  // Beyond 2^25 us, half a minute, everything counts as one.
  static constexpr std::size_t kBuckets = 26;
  std::uint64_t cumulative = 0;
  double total = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    for (const IoThreadFigures& thread : threads) {
      cumulative += thread.counters.commit_us.buckets().at(bucket);
    }
    figure.buckets.emplace_back(static_cast<double>(std::uint64_t{1} << bucket), cumulative);
  }
  for (const IoThreadFigures& thread : threads) {
    figure.count += thread.counters.commit_us.count();
    total += static_cast<double>(thread.counters.commit_us.sum());
  }
  figure.values.push_back({.label = {}, .value = total});
  figures.push_back(std::move(figure));
}

}  // namespace

Figures make_figures(const Threads& threads, const net::Counters& net,
                     const persistence::Health& journal) {
  Figures figures;
  for (const RoomCounter& entry : kRoomCounters) {
    figures.push_back(plain(entry.name, entry.help, kCounter, sum(threads, entry.counter)));
  }
  for (const NetCounter& entry : kNetCounters) {
    figures.push_back(plain(entry.name, entry.help, entry.kind, net::value_of(net.*entry.counter)));
  }
  std::uint64_t teams = 0;
  std::uint64_t links = 0;
  std::uint64_t lag_us = 0;
  for (const IoThreadFigures& thread : threads) {
    teams += thread.teams;
    links += thread.links;
    lag_us = std::max(lag_us, thread.lag_us);
  }
  figures.push_back(plain("teams_loaded", "Teams in memory", kGauge, teams));
  figures.push_back(plain("links", "Connections tied to a team", kGauge, links));
  figures.push_back(plain("timer_lag_us", "How late the slowest IO thread is", kGauge, lag_us));
  figures.push_back(
      plain("journal_writable", "1 when the journal writes", kGauge, journal.writable ? 1 : 0));
  figures.push_back(plain("journal_free_bytes", "Free space", kGauge, journal.free_bytes));
  figures.push_back(plain("journal_commits_total", "Synced writes", kCounter, journal.commits));
  figures.push_back(plain("journal_groups_total", "Groups written", kCounter, journal.groups));
  figures.push_back(plain("journal_bytes_total", "Bytes written", kCounter, journal.bytes_written));
  figures.push_back(
      plain("journal_sync_us", "Time of the last sync", kGauge, journal.last_sync_us));
  figures.push_back(
      plain("journal_pending_bytes", "Bytes that wait", kGauge, journal.pending_bytes));
  add_refusals(figures, threads);
  add_fatals(figures, threads);
  add_commit_times(figures, threads);
  return figures;
}

}  // namespace swarmboard::app
