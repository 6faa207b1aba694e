#include "server/app/verify.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "persistence/rocksdb_accept.h"
#include "persistence/rocksdb_journal.h"
#include "server/app/journal_wait.h"
#include "server/board/invariants.h"
#include "server/board/snapshot.h"
#include "server/room/fold.h"
#include "server/room/keyframe.h"

namespace swarmboard::app {
namespace {

using persistence::Journal;
using persistence::Result;
using persistence::StreamName;

// All keyframes of a stream by their positions.
using Keyframes = std::map<std::uint64_t, persistence::KeyframeBytes>;

Keyframes keyframes_of(Journal& journal, const StreamName& name, StreamFinding& finding) {
  using Found = Result<std::optional<persistence::KeyframeBytes>>;
  Keyframes keyframes;
  std::uint64_t at_most = std::numeric_limits<std::uint64_t>::max();
  while (true) {
    const auto found = wait_for<Found>([&](auto done) {
      journal.keyframe_at(name, at_most, board::kStateVersion, std::move(done));
    });
    if (found.has_error()) {
      finding.damage.push_back("keyframes: " + found.error().message());
      return keyframes;
    }
    if (!found->has_value()) {
      return keyframes;
    }
    const std::uint64_t seq = (*found)->seq;
    keyframes.emplace(seq, **found);
    if (seq == 0) {
      return keyframes;
    }
    at_most = seq - 1;
  }
}

void check_keyframe(const persistence::KeyframeBytes& bytes, const room::Fold& fold,
                    StreamFinding& finding) {
  const std::string label = "keyframe at " + std::to_string(bytes.seq);
  const auto keyframe = room::decode_keyframe(bytes);
  if (!keyframe) {
    finding.damage.push_back(label + " cannot be read");
  } else if (board::state_hash(keyframe->fold.state) != board::state_hash(fold.state) ||
             keyframe->fold.chain != fold.chain) {
    finding.damage.push_back(label + " says something else than the log");
  }
}

// Folds the units of one page and compares the keyframes on the way, which are used up; false when
// the rest of the stream cannot be folded.
bool fold_page(const persistence::UnitPage& page, room::Fold& fold, Keyframes& keyframes,
               StreamFinding& finding) {
  for (const persistence::Unit& unit : page.units) {
    finding.bytes += unit.payload->size();
    const auto folded = room::fold_unit(fold, unit);
    if (folded.has_error()) {
      finding.damage.push_back("after event " + std::to_string(fold.seq) + ": " +
                               folded.error().what);
      return false;
    }
    if (const auto found = keyframes.find(fold.seq); found != keyframes.end()) {
      check_keyframe(found->second, fold, finding);
      keyframes.erase(found);
      ++finding.keyframes;
    }
  }
  return true;
}

StreamFinding check_stream(Journal& journal, const StreamName& name) {
  StreamFinding finding;
  finding.name = name;
  room::Fold fold;
  Keyframes keyframes = keyframes_of(journal, name, finding);
  while (true) {
    const auto page = wait_for<Result<persistence::UnitPage>>(
        [&](auto done) { journal.read(name, fold.seq + 1, {}, std::move(done)); });
    if (page.has_error()) {
      finding.damage.push_back("after event " + std::to_string(fold.seq) + ": " +
                               page.error().message());
      break;
    }
    finding.head = page->head;
    if (page->units.empty()) {
      if (fold.seq != page->head.seq || fold.chain != page->head.chain) {
        finding.damage.push_back("the stream ends at event " + std::to_string(fold.seq) +
                                 " and its head says " + std::to_string(page->head.seq));
      }
      break;
    }
    if (!fold_page(*page, fold, keyframes, finding)) {
      break;
    }
  }
  finding.events = fold.seq;
  finding.state_hash = board::state_hash(fold.state);
  if (finding.damage.empty()) {
    for (const auto& [seq, keyframe] : keyframes) {
      finding.damage.push_back("keyframe at " + std::to_string(seq) + " belongs to no unit");
    }
    if (!name.stream.empty()) {
      const auto broken = board::broken_invariants(fold.state);
      finding.damage.insert(finding.damage.end(), broken.begin(), broken.end());
    }
  }
  return finding;
}

void check_team(Journal& journal, const std::string& team, StoreFinding& found) {
  const auto streams = wait_for<Result<std::vector<std::string>>>(
      [&](auto done) { journal.streams(team, std::move(done)); });
  if (streams.has_error()) {
    found.damage.push_back(team + ": its streams cannot be listed: " + streams.error().message());
    return;
  }
  for (const std::string& stream : *streams) {
    found.streams.push_back(check_stream(journal, {.team = team, .stream = stream}));
  }
}

void print(const StoreFinding& found, std::ostream& out) {
  for (const StreamFinding& stream : found.streams) {
    out << label_of(stream.name) << ": " << stream.events << " events, " << stream.bytes
        << " bytes, " << stream.keyframes << " keyframes, "
        << (stream.damage.empty() ? "ok" : "DAMAGED") << '\n';
    for (const std::string& damage : stream.damage) {
      out << "  " << damage << '\n';
    }
  }
  for (const std::string& damage : found.damage) {
    out << damage << '\n';
  }
}

void print_epochs(Journal& journal, std::ostream& out) {
  const auto changes = wait_for<Result<std::vector<persistence::EpochChange>>>(
      [&](auto done) { journal.epochs(std::move(done)); });
  // Opening has read them: this only copies.
  for (const persistence::EpochChange& change : *changes) {
    out << "on record: epoch " << change.epoch << " of "
        << (change.streams.empty() ? std::string("every stream")
                                   : std::to_string(change.streams.size()) + " streams")
        << '\n';
    std::istringstream lines(change.why);
    for (std::string line; std::getline(lines, line);) {
      out << "  " << line << '\n';
    }
  }
}

// Folds every stream of a journal whose bytes are whole.
bool fold_all(const std::string& folder, std::ostream& out, std::ostream& err) {
  persistence::RocksDbOptions options;
  options.folder = folder;
  options.ballast_bytes = 0;  // Nothing is written.
  const persistence::OpenedJournal opened = persistence::RocksDbJournal::open(std::move(options));
  if (opened.journal == nullptr) {
    err << "swarmboard: the journal in " << folder
        << " was not opened: " << (opened.detail.empty() ? opened.error.message() : opened.detail)
        << '\n';
    return false;
  }
  print_epochs(*opened.journal, out);
  const StoreFinding found = check_store(*opened.journal);
  opened.journal->close();
  print(found, out);
  return found.is_whole();
}

}  // namespace

std::string label_of(const StreamName& name) {
  return name.team + "/" + (name.stream.empty() ? "(library)" : name.stream);
}

bool StoreFinding::is_whole() const {
  return damage.empty() &&
         std::all_of(streams.begin(), streams.end(),
                     [](const StreamFinding& stream) { return stream.damage.empty(); });
}

StoreFinding check_store(Journal& journal) {
  StoreFinding found;
  const auto teams = wait_for<Result<std::vector<std::string>>>(
      [&](auto done) { journal.teams(std::move(done)); });
  if (teams.has_error()) {
    found.damage.push_back("the teams cannot be listed: " + teams.error().message());
    return found;
  }
  for (const std::string& team : *teams) {
    check_team(journal, team, found);
  }
  return found;
}

int verify(const VerifyConfig& config, std::ostream& out, std::ostream& err) {
  if (!std::filesystem::is_directory(config.data)) {
    err << "swarmboard: there is no data folder " << config.data << '\n';
    return 1;
  }
  const persistence::Examined examined = persistence::examine(config.data);
  if (examined.error) {
    err << "swarmboard: the journal in " << config.data
        << " cannot be examined: " << examined.detail << '\n';
    return 1;
  }
  if (examined.damage) {
    out << persistence::describe(*examined.damage) << '\n' << "damage found\n";
    return 1;
  }
  if (examined.keyframes_unreadable > 0) {
    out << examined.keyframes_unreadable
        << " keyframes cannot be read. Nothing is lost by it: the log decides, and they are made "
           "again.\n";
  }
  const bool fine = fold_all(config.data, out, err) && examined.keyframes_unreadable == 0;
  out << (fine ? "no damage found\n" : "damage found\n");
  return fine ? 0 : 1;
}

}  // namespace swarmboard::app
