#include "server/app/verify.h"

#include <filesystem>
#include <functional>
#include <future>
#include <limits>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "persistence/rocksdb_accept.h"
#include "persistence/rocksdb_journal.h"
#include "server/board/invariants.h"
#include "server/board/snapshot.h"
#include "server/room/fold.h"
#include "server/room/keyframe.h"

namespace swarmboard::app {
namespace {

using persistence::Journal;
using persistence::Result;
using persistence::StreamName;

// Calls an asynchronous function of the journal and waits: this program has nothing else to do.
template <class T>
T wait_for(const std::function<void(persistence::Callback<T>)>& start) {
  auto promise = std::make_shared<std::promise<T>>();
  start([promise](T value) { promise->set_value(std::move(value)); });
  return promise->get_future().get();
}

struct Finding {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t keyframes = 0;
  std::vector<std::string> damage;
};

// All keyframes of a stream by their positions.
using Keyframes = std::map<std::uint64_t, persistence::KeyframeBytes>;

Keyframes keyframes_of(Journal& journal, const StreamName& name, Finding& finding) {
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
                    Finding& finding) {
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
               Finding& finding) {
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

Finding check_stream(Journal& journal, const StreamName& name) {
  Finding finding;
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

std::string label_of(const StreamName& name) {
  return name.team + "/" + (name.stream.empty() ? "(library)" : name.stream);
}

bool check_team(Journal& journal, const std::string& team, std::ostream& out) {
  const auto streams = wait_for<Result<std::vector<std::string>>>(
      [&](auto done) { journal.streams(team, std::move(done)); });
  if (streams.has_error()) {
    out << team << ": its streams cannot be listed: " << streams.error().message() << '\n';
    return false;
  }
  bool fine = true;
  for (const std::string& stream : *streams) {
    const StreamName name{.team = team, .stream = stream};
    const Finding finding = check_stream(journal, name);
    out << label_of(name) << ": " << finding.events << " events, " << finding.bytes << " bytes, "
        << finding.keyframes << " keyframes, " << (finding.damage.empty() ? "ok" : "DAMAGED")
        << '\n';
    for (const std::string& damage : finding.damage) {
      out << "  " << damage << '\n';
    }
    fine = fine && finding.damage.empty();
  }
  return fine;
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
  const auto teams = wait_for<Result<std::vector<std::string>>>(
      [&](auto done) { opened.journal->teams(std::move(done)); });
  bool fine = teams.has_value();
  if (!fine) {
    err << "swarmboard: the teams cannot be listed: " << teams.error().message() << '\n';
  } else {
    for (const std::string& team : *teams) {
      fine = check_team(*opened.journal, team, out) && fine;
    }
  }
  opened.journal->close();
  return fine;
}

}  // namespace

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
