#include "tests/sim/world.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace swarmboard::sim {
namespace {

const std::string kTeam = "team";
constexpr std::size_t kLinesKept = 60;
constexpr std::int64_t kStepUsMax = 400'000;
constexpr std::int64_t kRestUsMax = 30'000'000;  // P9.
constexpr std::size_t kBackupsKept = 4;

}  // namespace

World::World(WorldOptions options)
    : options_(std::move(options)),
      random_(options_.seed * 0x9e3779b97f4a7c15U + 1),
      checker_(kTeam, disk_, findings_) {
  plan_ = choose_faults(random_);
}

World::~World() {
  clients_.clear();
  server_.reset();
}

WorldReport World::run() {
  open_library();
  start_clients();
  run_for(2'000'000);
  faults_on_ = true;
  disk_faults_ = plan_.disk;
  network_faults_ = plan_.network;
  for (int i = 0; i < options_.steps && !findings_.any(); ++i) {
    step();
  }
  if (!findings_.any()) {
    come_to_rest();
  }
  return report();
}

void World::open_library() {
  start_server();
  bool done = false;
  server_->team().act("", workload_.library(), "", true, [&](const room::ActResult& result) {
    done = true;
    if (!result.ok) {
      findings_.report("setup", "the library was refused: " + result.refusal.detail);
    }
  });
  run_for(3'000'000);
  if (!done) {
    findings_.report("setup", "the library was never stored");
  }
}

void World::start_clients() {
  for (const std::string& member : Workload::members()) {
    add_client(member, std::make_shared<ClientStore>());
  }
  if (plan_.two_tabs) {
    add_client("ada", std::make_shared<ClientStore>());
    add_client("cem", std::make_shared<ClientStore>());
  }
}

void World::step() {
  const bool pauses = chance(random_, plan_.long_pause);
  run_for(pauses ? between(random_, 5'000'000, 40'000'000) : between(random_, 0, kStepUsMax));
  if (findings_.any()) {
    return;
  }
  const std::uint64_t acts = 1 + below(random_, 3);
  for (std::uint64_t i = 0; i < acts; ++i) {
    workload_.act(any_client());
  }
  misfortune();
  if (server_ != nullptr) {
    checker_.check_bounds(server_->health());
  }
}

void World::misfortune() {
  strike_connection();
  if (chance(random_, plan_.second_socket)) {
    any_client().open_second_socket();
  }
  if (chance(random_, plan_.tab_kill)) {
    kill_tab();
  }
  if (chance(random_, plan_.clock_jump)) {
    note("the wall clock jumps");
    clock_.jump_wall(chance(random_, 0.5) ? 3'600'000 : -3'600'000);
  }
  if (chance(random_, plan_.lost_keyframes)) {
    disk_.drop_keyframes();
  }
  if (chance(random_, plan_.disk_full)) {
    note("the disk is full");
    disk_faults_.disk_full = true;
    scheduler_.after(between(random_, 100'000, 5'000'000),
                     [this] { disk_faults_.disk_full = false; });
  }
  if (backups_.empty() || chance(random_, 0.03)) {
    backups_.push_back(disk_.backup());
    if (backups_.size() > kBackupsKept) {
      backups_.erase(backups_.begin());
    }
  }
  if (server_ == nullptr) {
    return;
  }
  if (chance(random_, plan_.server_kill)) {
    kill_after_tasks_ = below(random_, 60);
  }
  if (chance(random_, plan_.fence)) {
    note("another owner takes the team");
    server_->fence();
  }
  if (chance(random_, plan_.graceful_stop)) {
    stop_gracefully();
  }
  if (chance(random_, plan_.restore)) {
    restore_backup();
  }
}

void World::strike_connection() {
  if (server_ == nullptr || server_->connections().empty()) {
    return;
  }
  const auto& all = server_->connections();
  const auto connection = all[below(random_, all.size())];
  if (chance(random_, plan_.cut)) {
    note(connection->member() + " is cut off");
    connection->cut();
  }
  if (chance(random_, plan_.half_open)) {
    note(connection->member() + " falls silent");
    connection->fall_silent();
  }
  if (chance(random_, plan_.slow_reader)) {
    note(connection->member() + " reads slowly");
    connection->set_speed(1'000);
  }
}

void World::restore_backup() {
  const std::size_t chosen = below(random_, backups_.size());
  const auto backup = backups_[chosen];
  // Later ones belong to a past that now never happened.
  backups_.resize(chosen + 1);
  // Nothing from before is still on its way: the operator took his time.
  for (const auto& weak : connections_) {
    if (const auto connection = weak.lock()) {
      connection->cut();
    }
  }
  kill_server(1'000'000);
  note("a backup is restored");
  // Nobody can know which epochs there were after the backup: the new one is above them all.
  disk_.restore(backup, ++last_epoch_);
  checker_.on_restore();
}

void World::stop_gracefully() {
  if (std::exchange(stopping_, true)) {
    return;
  }
  note("the server stops");
  const std::uint64_t generation = server_generation_;
  server_->team().stop(2'000, [this, generation] {
    scheduler_.after(0, [this, generation] {
      if (server_ != nullptr && generation == server_generation_) {
        note("the server has stopped");
        if (server_->team().has_in_flight()) {
          findings_.report("P9", "a stopped team still has something in flight");
        }
        kill_server(300'000);
      }
    });
  });
  scheduler_.after(20'000'000, [this, generation] {
    if (server_ != nullptr && generation == server_generation_) {
      findings_.report("P9", "a stop took more than twenty seconds");
    }
  });
}

void World::kill_server(std::int64_t down_us) {
  if (server_ == nullptr) {
    return;
  }
  note("the server dies");
  ++crashes_;
  stopping_ = false;
  kill_after_tasks_.reset();
  server_.reset();
  disk_.crash(random_);
  checker_.on_restart();
  const std::uint64_t generation = ++server_generation_;
  scheduler_.after(down_us, [this, generation] {
    if (server_ == nullptr && generation == server_generation_) {
      start_server();
    }
  });
}

void World::start_server() {
  const std::uint64_t generation = ++server_generation_;
  note("the server starts");
  server_ = std::make_unique<SimServer>(
      ServerDeps{.scheduler = scheduler_,
                 .random = random_,
                 .clock = clock_,
                 .disk = disk_,
                 .disk_faults = disk_faults_,
                 .team = kTeam,
                 .wrap_journal = options_.wrap_journal,
                 .on_fatal =
                     [this, generation](const std::string& why) {
                       note("fatal: " + why);
                       scheduler_.after(0, [this, generation] {
                         if (generation == server_generation_) {
                           kill_server(between(random_, 100'000, 1'000'000));
                         }
                       });
                     },
                 .note = [this](const std::string& line) { note(line); }});
}

void World::kill_tab() {
  const std::size_t index = below(random_, clients_.size());
  const std::string member = clients_[index]->member();
  note(member + " closes the tab");
  std::shared_ptr<ClientStore> store = clients_[index]->store();
  clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(index));
  scheduler_.after(between(random_, 10'000, 5'000'000), [this, member, store] {
    note(member + " opens the tab again");
    add_client(member, store);
  });
}

void World::come_to_rest() {
  note("all faults end");
  faults_on_ = false;
  disk_faults_ = persistence::SimFaults{};
  network_faults_ = NetworkFaults{};
  kill_after_tasks_.reset();
  if (server_ != nullptr) {
    for (const auto& connection : server_->connections()) {
      if (connection->is_slow()) {
        connection->cut();
      }
    }
  }
  for (const auto& client : clients_) {
    client->leave_slow_line();
  }
  // Long enough to notice a connection that is half open.
  run_for(8'000'000);
  const std::int64_t end_us = scheduler_.now_us() + kRestUsMax;
  while (scheduler_.now_us() < end_us && !findings_.any() && !is_at_rest()) {
    run_for(500'000);
  }
  // Something that arrives late would be found in what follows.
  run_for(4'000'000);
  // The server's own timers go on: a seat may have become vacant just now.
  for (int i = 0; i < 100 && !findings_.any() && !checker_.is_covered(clients_); ++i) {
    run_for(100'000);
  }
  if (!findings_.any()) {
    checker_.at_rest(clients_);
  }
}

bool World::is_at_rest() const {
  const std::size_t tabs = Workload::members().size() + (plan_.two_tabs ? 2 : 0);
  if (server_ == nullptr || stopping_ || clients_.size() < tabs) {
    return false;
  }
  return std::all_of(clients_.begin(), clients_.end(), [](const auto& client) {
    return client->is_online() && client->is_settled() &&
           std::all_of(client->follows().begin(), client->follows().end(), [](const auto& entry) {
             return entry.second.joined && !entry.second.wants_snapshot;
           });
  });
}

void World::run_for(std::int64_t us) {
  const std::int64_t until_us = scheduler_.now_us() + us;
  while (!findings_.any() && run_task(until_us)) {
  }
}

bool World::run_task(std::int64_t until_us) {
  if (kill_after_tasks_.has_value() && (*kill_after_tasks_)-- == 0) {
    kill_server(between(random_, 100'000, 3'000'000));
  }
  trace_.mix(static_cast<std::uint64_t>(scheduler_.now_us()));
  trace_.mix(disk_.synced());
  return scheduler_.step(until_us);
}

std::shared_ptr<SimConnection> World::connect(const std::string& member) {
  if (server_ == nullptr || stopping_) {
    return nullptr;
  }
  auto connection = std::make_shared<SimConnection>(scheduler_, random_, network_faults_, member);
  connection->attach_client([this](SimConnection& at, std::string_view message) {
    ++deliveries_;
    trace_.mix(message);
    checker_.on_delivery(at, message);
  });
  connection->watch_server(
      {.on_arrival =
           [this](SimConnection& at, std::string_view message) {
             checker_.on_arrival(at, message, clock_.wall_ms());
           },
       .on_send =
           [this](SimConnection& at, std::string_view message) {
             checker_.on_send(at, message, clock_.wall_ms());
           },
       .on_send_unready = [this](SimConnection& at) { checker_.on_send_unready(at); }});
  connection->set_spoiler(options_.spoil_message);
  server_->accept(connection);
  std::erase_if(connections_, [](const auto& weak) { return weak.expired(); });
  connections_.push_back(connection);
  return connection;
}

void World::add_client(const std::string& member, std::shared_ptr<ClientStore> store) {
  clients_.push_back(std::make_unique<SimClient>(
      member, std::move(store),
      ClientDeps{
          .scheduler = scheduler_,
          .random = random_,
          .findings = findings_,
          .ledger = checker_.ledger(),
          .connect = [this](const std::string& who) { return connect(who); },
          .ticket =
              [this](const std::string& who) { return who + "#" + std::to_string(++last_ticket_); },
          .note = [this](const std::string& line) { note(line); }}));
}

SimClient& World::any_client() {
  return *clients_[below(random_, clients_.size())];
}

void World::note(const std::string& line) {
  lines_.push_back(std::to_string(scheduler_.now_us() / 1000) + " ms  " + line);
  if (options_.verbose) {
    std::puts(lines_.back().c_str());
  }
  if (lines_.size() > kLinesKept) {
    lines_.pop_front();
  }
}

WorldReport World::report() {
  WorldReport report;
  report.ok = !findings_.any();
  report.property = findings_.property();
  report.what = findings_.what();
  for (const Op& op : checker_.ledger().ops) {
    ++report.commands;
    report.acknowledged += op.state == OpState::Acked ? 1U : 0U;
    report.refused += op.state == OpState::Refused ? 1U : 0U;
  }
  for (const Card& card : checker_.ledger().cards) {
    report.cards_saved += card.state == CardState::Saved ? 1U : 0U;
  }
  report.texts_checked = checker_.texts_checked();
  for (const auto& [name, stream] : checker_.oracle().streams()) {
    report.events += stream.head();
    trace_.mix(stream.chain_at(stream.head()));
  }
  report.crashes = crashes_;
  report.deliveries = deliveries_;
  report.virtual_us = scheduler_.now_us();
  report.faults = plan_.describe();
  report.trace_hash = trace_.hash();
  report.last_lines = lines_;
  return report;
}

}  // namespace swarmboard::sim
