// Telling everybody: the turn of the loop, subscriptions, shared snapshots, reads for those behind.
#include <algorithm>
#include <utility>

#include <boost/assert.hpp>

#include "server/base/limits.h"
#include "server/board/snapshot.h"
#include "server/room/link_core.h"
#include "server/room/team_core.h"

namespace swarmboard::room {
namespace {

// A snapshot is made anew at most this often; the ring brings a recent one up to date.
constexpr std::int64_t kSnapshotFreshUs = 2'000'000;
// How long a connection may be gone before the room calls its member gone.
constexpr std::int64_t kAwayUs = 6'000'000;
constexpr std::int64_t kGoneUs = 30'000'000;

}  // namespace

void TeamCore::later(std::function<void()> task) {
  deps.post([alive = std::weak_ptr<char>(alive_), task = std::move(task)] {
    if (!alive.expired()) {
      task();
    }
  });
}

void TeamCore::schedule_turn() {
  if (!turn_scheduled_) {
    turn_scheduled_ = true;
    later([this] { turn(); });
  }
}

void TeamCore::turn() {
  turn_scheduled_ = false;
  flush();
  for (Stream* stream : std::exchange(dirty_, {})) {
    stream->dirty = false;
    // By index: a link that fails leaves only in a later turn, but a fatal one may drop its subs.
    for (std::size_t at = 0; at < stream->subs.size(); ++at) {
      stream->subs[at]->link->pump();
    }
  }
  for (const std::uint64_t link_id : std::exchange(woken_, {})) {
    if (LinkCore* link = find_link(link_id); link != nullptr) {
      link->pump();
    }
  }
}

void TeamCore::mark_dirty(Stream& stream) {
  if (!stream.dirty) {
    stream.dirty = true;
    dirty_.push_back(&stream);
  }
  schedule_turn();
}

void TeamCore::wake(LinkCore& link) {
  if (woken_.empty() || woken_.back() != link.link_id) {
    woken_.push_back(link.link_id);
  }
  schedule_turn();
}

void TeamCore::add_link(LinkCore& link) {
  links.push_back({&link, link.link_id, now_us() + limits::kTickUs});
  ++deps.counters.links_opened;
}

void TeamCore::remove_link(LinkCore& link) {
  const auto erased =
      std::erase_if(links, [&](const LinkEntry& entry) { return entry.link == &link; });
  deps.counters.links_closed += erased;
}

LinkEntry* TeamCore::find_entry(std::uint64_t link_id) {
  const auto found = std::lower_bound(
      links.begin(), links.end(), link_id,
      [](const LinkEntry& entry, std::uint64_t wanted) { return entry.id < wanted; });
  return found == links.end() || found->id != link_id ? nullptr : &*found;
}

LinkCore* TeamCore::find_link(std::uint64_t link_id) {
  const LinkEntry* entry = find_entry(link_id);
  return entry == nullptr ? nullptr : entry->link;
}

std::vector<LinkCore*> TeamCore::claim_client(const LinkCore& link, std::uint64_t client) {
  std::vector<LinkCore*> older;
  for (LinkEntry& entry : links) {
    if (entry.link == &link) {
      entry.client = client;
    } else if (entry.client == client) {
      older.push_back(entry.link);
    }
  }
  return older;
}

void TeamCore::look_at(const LinkCore& link, std::int64_t at_us) {
  if (LinkEntry* entry = find_entry(link.link_id); entry != nullptr) {
    entry->due_us = std::min(entry->due_us, at_us);
  }
}

void TeamCore::each_link(const std::function<void(LinkCore&)>& tell) {
  std::vector<std::uint64_t> ids;
  ids.reserve(links.size());
  for (const LinkEntry& entry : links) {
    ids.push_back(entry.id);
  }
  for (const std::uint64_t link_id : ids) {
    if (LinkCore* link = find_link(link_id); link != nullptr) {
      tell(*link);
    }
  }
}

void TeamCore::leave_all(const std::vector<Subscription*>& leaving, v1::LeftReason reason) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> names;
  for (const Subscription* sub : leaving) {
    names.emplace_back(sub->link->link_id, sub->serial);
  }
  for (const auto& [link_id, serial] : names) {
    LinkCore* link = find_link(link_id);
    Subscription* sub = link == nullptr ? nullptr : link->find_serial(serial);
    if (sub != nullptr) {
      link->leave(*sub, reason);
    }
  }
}

std::shared_ptr<const SnapshotCache> TeamCore::snapshot_of(Stream& stream) {
  const auto& cached = stream.snapshot;
  if (cached != nullptr && cached->seq >= stream.ring.base_seq() &&
      (cached->seq == stream.durable.head.seq || now_us() - cached->made_us < kSnapshotFreshUs)) {
    return cached;
  }
  auto made = std::make_shared<SnapshotCache>();
  made->state = stream.durable_state;
  made->seq = stream.durable.head.seq;
  made->chain = stream.durable.head.chain;
  made->last_at_ms = stream.durable.last_at_ms;
  made->made_us = now_us();
  made->public_records = board::encode_public_records(made->state);
  stream.snapshot = std::move(made);
  return stream.snapshot;
}

void TeamCore::attach(Subscription& sub) {
  sub.stream->subs.push_back(&sub);
  Stream::Connections& connections = sub.stream->connected[sub.link->member];
  ++connections.all;
  connections.suspect += sub.link->is_suspect() ? 1 : 0;
  sub.stream->used_us = now_us();
  sub.stream->away.erase(sub.link->member);
  sub.stream->gone_at.erase(sub.link->member);
  refresh_presence(*sub.stream, sub.link->member);
}

void TeamCore::detach(Subscription& sub) {
  Stream* stream = std::exchange(sub.stream, nullptr);
  if (stream == nullptr || std::erase(stream->subs, &sub) == 0) {
    return;
  }
  const std::string& member = sub.link->member;
  stream->used_us = now_us();
  const auto connections = stream->connected.find(member);
  BOOST_ASSERT(connections != stream->connected.end() && connections->second.all > 0);
  connections->second.suspect -= sub.link->is_suspect() ? 1 : 0;
  if (--connections->second.all == 0) {
    stream->connected.erase(connections);
    stream->away[member] = now_us() + kAwayUs;
    stream->gone_at[member] = now_us() + kGoneUs;
  }
  refresh_presence(*stream, member);
}

void TeamCore::refresh_presence(Stream& stream, const std::string& member) {
  const auto connections = stream.connected.find(member);
  const bool here = connections != stream.connected.end() &&
                    connections->second.suspect < connections->second.all;
  stream.presence.set_state(member, here ? v1::CONNECTEDNESS_HERE : v1::CONNECTEDNESS_RECONNECTING);
}

void TeamCore::recheck_access(Stream& stream) {
  std::vector<Subscription*> removed;
  for (const auto& [name, other] : streams) {
    if (other.get() != &stream && !stream.is_library()) {
      continue;
    }
    const board::State nothing;
    const board::State& session = other->is_library() ? nothing : other->durable_state;
    for (Subscription* sub : other->subs) {
      if (!board::may_follow(session, library->durable_state, sub->link->member)) {
        removed.push_back(sub);
      }
    }
  }
  leave_all(removed, v1::LEFT_REASON_REMOVED);
}

void TeamCore::want_read(Subscription& sub) {
  if (!sub.reading) {
    sub.reading = true;
    read_queue_.emplace_back(sub.link->link_id, sub.serial);
    run_reads();
  }
}

void TeamCore::run_reads() {
  while (reads_running_ < limits::kCatchUpsMax && !read_queue_.empty()) {
    const auto reader = read_queue_.front();
    read_queue_.pop_front();
    LinkCore* link = find_link(reader.first);
    Subscription* sub = link == nullptr ? nullptr : link->find_serial(reader.second);
    if (sub == nullptr || sub->stream == nullptr) {
      continue;
    }
    ++reads_running_;
    ++deps.counters.catch_ups;
    const bool verifies = sub->mode == Subscription::Mode::Verifying;
    const std::uint64_t from = verifies ? sub->have->seq() : sub->scanned + 1;
    const persistence::ReadLimits limits{verifies ? 1 : limits::kCatchUpBytes};
    deps.journal.read({id, sub->stream->id}, from, limits,
                      guarded([this, reader](persistence::Result<persistence::UnitPage> page) {
                        on_read(reader.first, reader.second, std::move(page));
                      }));
  }
}

void TeamCore::on_read(std::uint64_t link_id, std::uint64_t serial,
                       persistence::Result<persistence::UnitPage> page) {
  --reads_running_;
  LinkCore* link = find_link(link_id);
  Subscription* sub = link == nullptr ? nullptr : link->find_serial(serial);
  if (sub != nullptr && sub->stream != nullptr) {
    sub->reading = false;
    if (page) {
      link->on_read(*sub, *page);
    } else {
      fail_stream(*sub->stream, page.error().message());
    }
  }
  run_reads();
}

}  // namespace swarmboard::room
