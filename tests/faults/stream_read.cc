#include "tests/faults/stream_read.h"

#include <functional>
#include <future>
#include <memory>
#include <utility>

#include "persistence/rocksdb_journal.h"
#include "server/board/kinds.h"
#include "server/room/fold.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::faults {
namespace {

using persistence::Callback;
using persistence::Result;
using persistence::StreamName;

template <class T>
T await(const std::function<void(Callback<T>)>& start) {
  auto promise = std::make_shared<std::promise<T>>();
  start([promise](T value) { promise->set_value(std::move(value)); });
  return promise->get_future().get();
}

template <class T>
T expect(Result<T> result, const std::string& what) {
  if (result.has_error()) {
    throw StreamError(what + ": " + result.error().message());
  }
  return *std::move(result);
}

bool is_server_act(const v1::Command& intent) {
  return intent.has_load_fixture() || intent.has_mirror_library() || intent.has_lose_connection() ||
         intent.has_vacate_seat() || intent.has_log_replay_view() || intent.has_add_member();
}

// An event under its author's name, as the client called itself.
void take_event(ReadStream& stream, const v1::Event& event) {
  if (!event.client_id().empty()) {
    stream.entries.push_back({event.seq(), event.actor() + "/" + event.client_id(), event.cmd_no(),
                              event.intent().SerializeAsString()});
  } else if (event.seq() == 1 && event.intent().has_open_session()) {
    stream.opened_by = event.intent().SerializeAsString();
  } else if (!is_server_act(event.intent())) {
    stream.unexplained.push_back("event " + std::to_string(event.seq()) +
                                 " has no author and is no act of the server");
  }
  if (event.at_ms() < stream.last_at_ms) {
    stream.unexplained.push_back("event " + std::to_string(event.seq()) +
                                 " is earlier than the one before it");
  }
  stream.last_at_ms = event.at_ms();
}

// The part that names its author: the public one, or the lane with the echo.
v1::Event signed_part(const v1::StoredEvent& stored) {
  v1::Event event;
  if (!event.ParseFromString(stored.public_part())) {
    throw StreamError("event " + std::to_string(stored.seq()) + " does not parse");
  }
  for (const v1::LanePart& lane : stored.lanes()) {
    v1::Event part;
    if (part.ParseFromString(lane.event()) && !part.client_id().empty()) {
      return part;
    }
  }
  return event;
}

ReadStream fold_stream(persistence::Journal& journal, const StreamName& name) {
  const std::string label = name.team + "/" + name.stream;
  ReadStream read;
  room::Fold fold;
  room::FoldWatch watch;
  watch.on_event = [&read](const v1::StoredEvent& stored, std::uint64_t) {
    take_event(read, signed_part(stored));
  };
  while (true) {
    const auto page = expect(await<Result<persistence::UnitPage>>([&](auto done) {
                               journal.read(name, fold.seq + 1, {}, std::move(done));
                             }),
                             label);
    if (page.units.empty()) {
      if (page.head.seq != fold.seq) {
        throw StreamError(label + " ends at " + std::to_string(fold.seq) + ", its head says " +
                          std::to_string(page.head.seq));
      }
      break;
    }
    for (const persistence::Unit& unit : page.units) {
      if (const auto folded = room::fold_unit(fold, unit, watch); folded.has_error()) {
        throw StreamError(label + " after event " + std::to_string(fold.seq) + ": " +
                          folded.error().what);
      }
    }
  }
  read.head = fold.seq;
  read.state = std::move(fold.state);
  return read;
}

}  // namespace

Streams read_streams(persistence::Journal& journal, const std::string& team) {
  using Names = Result<std::vector<std::string>>;
  const auto names = expect(
      await<Names>([&](auto done) { journal.streams(team, std::move(done)); }), "the streams");
  Streams streams;
  for (const std::string& name : names) {
    streams[name] = fold_stream(journal, {team, name});
  }
  return streams;
}

std::set<std::string> read_settings(persistence::Journal& journal) {
  const auto found = expect(await<Result<std::vector<persistence::SealedEntry>>>(
                                [&](auto done) { journal.settings("", std::move(done)); }),
                            "the settings");
  std::set<std::string> keys;
  for (const persistence::SealedEntry& entry : found) {
    keys.insert(entry.id);
  }
  return keys;
}

std::set<std::string> read_cards(persistence::Journal& journal, const std::string& team,
                                 const std::string& session) {
  const auto found = expect(await<Result<std::vector<persistence::SealedEntry>>>([&](auto done) {
                              journal.read_sealed({team, session}, "pulse", std::move(done));
                            }),
                            "the sealed cards");
  std::set<std::string> ids;
  for (const persistence::SealedEntry& entry : found) {
    ids.insert(entry.id);
  }
  fold_stream(journal, {team, session})
      .state.each<v1::Note>([&](const std::string& id, const v1::Note& note) {
        if (note.anonymous()) {
          ids.insert(id);
        }
      });
  return ids;
}

DiskRead read_disk(const std::filesystem::path& data, const std::string& team) {
  persistence::RocksDbOptions options;
  options.folder = data.string();
  persistence::OpenedJournal opened = persistence::RocksDbJournal::open(std::move(options));
  DiskRead read;
  if (opened.journal == nullptr) {
    read.refused = opened.detail.empty() ? opened.error.message() : opened.detail;
    return read;
  }
  read.streams = read_streams(*opened.journal, team);
  opened.journal->close();
  return read;
}

ReadStream read_replay(play::Person& person, const std::string& session) {
  ReadStream read;
  std::uint64_t from = 1;
  do {
    const play::HttpAnswer answer =
        person.http().get("/api/sessions/" + session + "/events?from=" + std::to_string(from));
    v1::EventPage page;
    if (!answer.ok() || !page.ParseFromString(answer.body)) {
      throw StreamError("the replay of " + session + " from event " + std::to_string(from) +
                        " was answered by " + std::to_string(answer.status) + " " + answer.body);
    }
    for (const v1::Event& event : page.events()) {
      take_event(read, event);
    }
    read.head = page.head();
    if (page.to() < from && page.to() < page.head()) {
      throw StreamError("the replay of " + session + " does not go on behind event " +
                        std::to_string(page.to()));
    }
    from = page.to() + 1;
  } while (from <= read.head);
  return read;
}

}  // namespace swarmboard::faults
