// Bringing streams in from the journal: keyframe, tail, sealed cards. A damaged stream fails alone.
#include <algorithm>
#include <limits>
#include <utility>

#include "persistence/keys.h"
#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/board/kinds.h"
#include "server/board/policy.h"
#include "server/board/route.h"
#include "server/board/snapshot.h"
#include "server/room/link_core.h"
#include "server/room/team_core.h"

namespace swarmboard::room {
namespace {

// After a start everybody who was present has this long to come back.
constexpr std::int64_t kReturnAfterStartUs = 20'000'000;

}  // namespace

struct TeamCore::Load {
  std::string name;
  std::uint32_t ref = 0;  // Of the stream object that waits for it.
  Fold fold;
  std::uint64_t keyframe_seq = 0;
  std::size_t keyframe_bytes = 0;
  std::size_t log_bytes = 0;
  Dedupe dedupe;
  Ring ring;
  TextWindow texts;
  persistence::Head head;
  std::vector<std::string> sealed_stages;
  SealedCards sealed;
};

void TeamCore::start(std::function<void(boost::system::error_code)> done) {
  become(Phase::Starting);
  deps.journal.acquire(
      id, guarded([this, done = std::move(done)](persistence::Result<persistence::Tenure> tenure) {
        if (!tenure) {
          become(Phase::Failed);
          done(tenure.error());
          return;
        }
        tenure_ = *tenure;
        load_epochs(done);
      }));
}

// They do not change while this tenure lasts: whoever raises them fences it.
void TeamCore::load_epochs(std::function<void(boost::system::error_code)> done) {
  deps.journal.epochs(guarded([this, done = std::move(done)](
                                  persistence::Result<std::vector<persistence::EpochChange>> all) {
    if (!all) {
      become(Phase::Failed);
      done(all.error());
      return;
    }
    epochs_ = {};
    for (persistence::EpochChange& change : *all) {
      epochs_.add(std::move(change));
    }
    library = &add_stream({});
    library->waiters.push_back([this, done](Stream* stream) {
      become(stream == nullptr ? Phase::Failed : Phase::Ready);
      done(stream == nullptr ? make_error_code(boost::system::errc::illegal_byte_sequence)
                             : boost::system::error_code{});
    });
    load(*library);
  }));
}

void TeamCore::become(Phase next) {
  phase = next;
  if (phase == Phase::New || phase == Phase::Starting) {
    return;
  }
  for (auto& waiter : std::exchange(start_waiters_, {})) {
    waiter(phase == Phase::Ready);
  }
}

void TeamCore::serve_or_wait(std::function<void(bool)> then) {
  if (phase == Phase::Fenced) {
    // Somebody asks for the team here, so it is to live here again: everything is read anew.
    start([](boost::system::error_code) {});
  }
  if (phase == Phase::New || phase == Phase::Starting) {
    start_waiters_.push_back(std::move(then));
  } else {
    then(phase == Phase::Ready || phase == Phase::Stopping);
  }
}

Stream* TeamCore::find_stream(const std::string& stream) {
  const auto found = streams.find(stream);
  return found == streams.end() ? nullptr : found->second.get();
}

Stream& TeamCore::add_stream(const std::string& stream) {
  return *streams.emplace(stream, std::make_unique<Stream>(stream, next_ref_++)).first->second;
}

void TeamCore::with_stream(const std::string& name, std::function<void(Stream*)> use) {
  serve_or_wait([this, name, use = std::move(use)](bool serving) {
    // A name that no stream can have is no damage: it is a client that guesses.
    if (!serving || !persistence::is_stream_name({id, name})) {
      use(nullptr);
      return;
    }
    Stream* stream = find_stream(name);
    if (stream == nullptr) {
      stream = &add_stream(name);
      stream->waiters.push_back(use);
      load(*stream);
      return;
    }
    stream->used_us = now_us();
    if (stream->phase == Stream::Phase::Loading) {
      stream->waiters.push_back(use);
    } else {
      const bool exists = stream->is_library() || stream->durable.head.seq > 0;
      use(stream->phase == Stream::Phase::Ready && exists ? stream : nullptr);
    }
  });
}

void TeamCore::load(Stream& stream) {
  const auto load = std::make_shared<Load>();
  load->name = stream.id;
  load->ref = stream.ref;
  read_keyframe(load);
}

void TeamCore::read_keyframe(const std::shared_ptr<Load>& load) {
  deps.journal.keyframe_at(
      {id, load->name}, std::numeric_limits<std::uint64_t>::max(), board::kStateVersion,
      guarded([this, load](persistence::Result<std::optional<persistence::KeyframeBytes>> found) {
        // A keyframe is a cache: whatever is wrong with it, the log wins.
        if (found && *found) {
          if (auto keyframe = decode_keyframe(**found)) {
            load->fold = std::move(keyframe->fold);
            for (const v1::ClientDedupe& entry : keyframe->dedupe) {
              load->dedupe.load(entry);
            }
            load->keyframe_seq = load->fold.seq;
            load->keyframe_bytes = (*found)->bytes->size();
          } else {
            ++deps.counters.keyframes_bad;
            log::warn("a keyframe was ignored", {{"team", id}, {"stream", load->name}});
          }
        }
        load->ring.reset(load->fold.seq, load->fold.chain);
        load->texts.begin(load->fold.seq);
        read_tail(load);
      }));
}

void TeamCore::read_tail(const std::shared_ptr<Load>& load) {
  const auto on_page = [this, load](persistence::Result<persistence::UnitPage> page) {
    Stream* stream = find_stream(load->name);
    if (stream == nullptr || stream->ref != load->ref) {
      return;
    }
    if (!page) {
      fail_stream(*stream, page.error().message());
      return;
    }
    FoldWatch watch;
    watch.on_event = [&](const v1::StoredEvent& event, std::uint64_t chain) {
      load->ring.push(encode_for_ring(event, chain));
      if (event.cmd_no() != 0) {
        load->dedupe.load(event.client_id(), {event.cmd_no(), event.body_hash(), event.seq()},
                          event.at_ms());
      }
    };
    watch.on_changes = [&](std::uint64_t seq, const std::vector<board::RecordChange>& changes) {
      load->texts.note(seq, changes);
    };
    watch.on_mark = [&](const v1::ClientMark& mark, std::int64_t at_ms) {
      load->dedupe.load(mark.client_id(), {mark.cmd_no(), mark.body_hash(), 0, mark.reason()},
                        at_ms);
    };
    for (const persistence::Unit& unit : page->units) {
      if (const auto folded = fold_unit(load->fold, unit, watch); !folded) {
        fail_stream(*stream, folded.error().what);
        return;
      }
      load->log_bytes += unit.payload->size();
    }
    load->head = page->head;
    if (!page->units.empty() && load->fold.seq < page->head.seq) {
      read_tail(load);
    } else {
      read_sealed(load);
    }
  };
  deps.journal.read({id, load->name}, load->fold.seq + 1, {}, guarded(on_page));
}

void TeamCore::read_sealed(const std::shared_ptr<Load>& load) {
  if (load->sealed_stages.empty()) {
    load->fold.state.each<v1::Stage>([&](const std::string& key, const v1::Stage& stage) {
      if (stage.visibility() == v1::VISIBILITY_ANONYMOUS && stage.has_started_at_ms() &&
          !stage.has_revealed_at_ms()) {
        load->sealed_stages.push_back(key);
      }
    });
    load->sealed_stages.emplace_back();  // The end of the list.
  }
  const std::string stage = load->sealed_stages.front();
  if (stage.empty()) {
    finish_load(*load);
    return;
  }
  deps.journal.read_sealed(
      {id, load->name}, stage,
      guarded(
          [this, load, stage](persistence::Result<std::vector<persistence::SealedEntry>> entries) {
            Stream* stream = find_stream(load->name);
            if (stream == nullptr || stream->ref != load->ref) {
              return;
            }
            if (!entries) {
              fail_stream(*stream, entries.error().message());
              return;
            }
            for (const persistence::SealedEntry& entry : *entries) {
              v1::SealedNote note;
              if (!note.ParseFromString(entry.value)) {
                fail_stream(*stream, "a sealed card does not parse");
                return;
              }
              load->sealed.put(stage, entry.id, std::move(note));
            }
            load->sealed_stages.erase(load->sealed_stages.begin());
            read_sealed(load);
          }));
}

void TeamCore::finish_load(Load& load) {
  Stream* stream = find_stream(load.name);
  if (stream == nullptr || stream->ref != load.ref) {
    return;
  }
  const bool is_whole =
      load.fold.seq == load.head.seq && (load.head.seq == 0 || load.fold.chain == load.head.chain);
  if (!is_whole) {
    fail_stream(*stream, "the log does not end where its head says");
    return;
  }
  stream->dedupe = std::move(load.dedupe);
  stream->ring = std::move(load.ring);
  stream->texts = std::move(load.texts);
  stream->sealed = stream->sealed_durable = std::move(load.sealed);
  stream->sealed_version = stream->sealed.empty() ? 0 : 1;
  stream->keyframe_seq = load.keyframe_seq;
  stream->keyframe_bytes = load.keyframe_bytes;
  stream->log_bytes = load.log_bytes;
  stream->used_us = now_us();
  stream->become_ready(std::move(load.fold.state), {load.head, load.fold.last_at_ms});
  const bool exists = stream->is_library() || load.head.seq > 0;
  on_loaded(*stream, exists);
}

void TeamCore::on_loaded(Stream& stream, bool exists) {
  auto waiters = std::exchange(stream.waiters, {});
  if (exists) {
    ++deps.counters.streams_loaded;
    stream.update_quiet();
    if (!stream.is_library() && stream.is_live()) {
      stream.head_state.each<v1::Participant>(
          [&](const std::string& member, const v1::Participant& participant) {
            if (participant.present()) {
              stream.away[member] = now_us() + kReturnAfterStartUs;
            }
          });
      follow_library(stream);
    }
  } else {
    streams.erase(stream.id);
  }
  Stream* result = exists ? &stream : nullptr;
  for (auto& waiter : waiters) {
    waiter(result);
  }
}

// While a session was not loaded its copies of library records were not mirrored: one event of the
// server's own brings them up to date.
void TeamCore::follow_library(Stream& stream) {
  stream.behind_library = why_not_now().has_value();
  if (stream.behind_library) {
    return;  // timers.cc tries again.
  }
  v1::Command command;
  command.mutable_mirror_library();
  board::Decision decision;
  for (const auto& [key, copy] : stream.head_state.records()) {
    if (!board::lives_in_library(key.kind) || copy->has_only_for()) {
      continue;
    }
    const board::RecordPtr original = library->head_state.find(key.kind, key.id);
    if (original != nullptr && !original->has_only_for() &&
        original->SerializeAsString() != copy->SerializeAsString()) {
      v1::Upsert* upsert = decision.patch.add_upsert();
      *upsert->mutable_record() = *original;
      upsert->set_create(true);
    }
  }
  if (decision.patch.upsert_size() > 0) {
    const auto mirrored = commit({stream, command, {}, true, {}, {}, 0, 0}, decision);
    if (!mirrored) {
      log::error("a session could not follow the library", {{"team", id}, {"stream", stream.id}});
    }
  }
}

void TeamCore::fail_stream(Stream& stream, const std::string& why) {
  if (stream.phase == Stream::Phase::Failed) {
    return;
  }
  ++deps.counters.streams_failed;
  log::error("a board is closed", {{"team", id}, {"stream", stream.id}, {"why", why}});
  stream.phase = Stream::Phase::Failed;
  leave_all(stream.subs, v1::LEFT_REASON_FAILED);
  for (auto& waiter : std::exchange(stream.waiters, {})) {
    waiter(nullptr);
  }
}

void TeamCore::want_keyframe(Stream& stream) {
  if (!stream.keyframe_wanted) {
    stream.keyframe_wanted = true;
    later([this, name = stream.id] {
      if (Stream* found = find_stream(name); found != nullptr) {
        write_keyframe(*found, [] {});
      }
    });
  }
}

void TeamCore::write_keyframe(Stream& stream, std::function<void()> done) {
  stream.keyframe_wanted = false;
  const std::uint64_t seq = stream.durable.head.seq;
  if (stream.phase != Stream::Phase::Ready || seq <= stream.keyframe_seq) {
    done();
    return;
  }
  stream.dedupe.drop_idle(stream.durable.last_at_ms - limits::kClientIdleMsMax);
  const Fold fold{stream.durable_state, seq, stream.durable.head.chain, stream.durable.last_at_ms};
  persistence::KeyframeBytes keyframe = encode_keyframe(stream.id, fold, stream.dedupe.logged());
  stream.keyframe_seq = seq;
  stream.keyframe_bytes = keyframe.bytes->size();
  stream.log_bytes = 0;
  ++keyframes_writing_;
  deps.journal.put_keyframe(
      id, std::move(keyframe),
      guarded([this, done = std::move(done)](boost::system::error_code failed) {
        --keyframes_writing_;
        ++(failed ? deps.counters.keyframes_failed : deps.counters.keyframes_written);
        done();
      }));
}

void TeamCore::unload_idle() {
  for (auto it = streams.begin(); it != streams.end();) {
    Stream& stream = *it->second;
    const bool idle = !stream.is_library() && stream.phase != Stream::Phase::Loading &&
                      stream.subs.empty() && !stream.dirty &&
                      now_us() - stream.used_us >= limits::kUnloadAfterUs;
    if (!idle || has_in_flight()) {
      ++it;
      continue;
    }
    write_keyframe(stream, [] {});
    ++deps.counters.streams_unloaded;
    it = streams.erase(it);
  }
}

}  // namespace swarmboard::room
