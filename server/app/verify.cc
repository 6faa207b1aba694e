#include "server/app/verify.h"

#include <filesystem>
#include <functional>
#include <future>
#include <limits>
#include <memory>
#include <string>
#include <vector>

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
  std::vector<std::string> damage;
};

void check_keyframe(Journal& journal, const StreamName& name, const room::Fold& fold,
                    Finding& finding) {
  using Found = Result<std::optional<persistence::KeyframeBytes>>;
  const auto found = wait_for<Found>([&](auto done) {
    journal.keyframe_at(name, fold.seq, board::kStateVersion, std::move(done));
  });
  if (found.has_error()) {
    finding.damage.push_back("keyframe: " + found.error().message());
    return;
  }
  if (!found->has_value() || (*found)->seq != fold.seq) {
    return;  // None, or one inside the log: loading proves those against the chain.
  }
  const auto keyframe = room::decode_keyframe(**found);
  if (!keyframe) {
    finding.damage.push_back("keyframe at " + std::to_string(fold.seq) + " cannot be read");
  } else if (board::state_hash(keyframe->fold.state) != board::state_hash(fold.state) ||
             keyframe->fold.chain != fold.chain) {
    finding.damage.push_back("keyframe at " + std::to_string(fold.seq) +
                             " says something else than the log");
  }
}

// Folds the units of one page; false when the rest of the stream cannot be folded.
bool fold_page(const persistence::UnitPage& page, room::Fold& fold, Finding& finding) {
  for (const persistence::Unit& unit : page.units) {
    finding.bytes += unit.payload->size();
    const auto folded = room::fold_unit(fold, unit);
    if (folded.has_error()) {
      finding.damage.push_back("after event " + std::to_string(fold.seq) + ": " +
                               folded.error().what);
      return false;
    }
  }
  return true;
}

Finding check_stream(Journal& journal, const StreamName& name) {
  Finding finding;
  room::Fold fold;
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
    if (!fold_page(*page, fold, finding)) {
      break;
    }
  }
  finding.events = fold.seq;
  if (finding.damage.empty()) {
    if (!name.stream.empty()) {
      finding.damage = board::broken_invariants(fold.state);
    }
    check_keyframe(journal, name, fold, finding);
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
        << (finding.damage.empty() ? "ok" : "DAMAGED") << '\n';
    for (const std::string& damage : finding.damage) {
      out << "  " << damage << '\n';
    }
    fine = fine && finding.damage.empty();
  }
  return fine;
}

// Without them nobody can be let in.
bool check_settings(Journal& journal, std::ostream& out) {
  const auto settings = wait_for<Result<std::vector<persistence::SealedEntry>>>(
      [&](auto done) { journal.settings("", std::move(done)); });
  if (settings.has_error()) {
    out << "(settings): DAMAGED\n  " << settings.error().message() << '\n';
  }
  return settings.has_value();
}

}  // namespace

int verify(const VerifyConfig& config, std::ostream& out, std::ostream& err) {
  if (!std::filesystem::is_directory(config.data)) {
    err << "swarmboard: there is no data folder " << config.data << '\n';
    return 1;
  }
  persistence::RocksDbOptions options;
  options.folder = config.data;
  const persistence::OpenedJournal opened = persistence::RocksDbJournal::open(std::move(options));
  if (opened.journal == nullptr) {
    err << "swarmboard: the journal in " << config.data
        << " was not opened: " << (opened.detail.empty() ? opened.error.message() : opened.detail)
        << '\n';
    return 1;
  }
  const auto teams = wait_for<Result<std::vector<std::string>>>(
      [&](auto done) { opened.journal->teams(std::move(done)); });
  bool fine = teams.has_value();
  if (!fine) {
    err << "swarmboard: the teams cannot be listed: " << teams.error().message() << '\n';
  } else {
    for (const std::string& team : *teams) {
      fine = check_team(*opened.journal, team, out) && fine;
    }
    fine = check_settings(*opened.journal, out) && fine;
  }
  opened.journal->close();
  out << (fine ? "no damage found\n" : "damage found\n");
  return fine ? 0 : 1;
}

}  // namespace swarmboard::app
