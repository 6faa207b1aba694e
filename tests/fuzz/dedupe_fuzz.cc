// The memory of a stream's commands under any order of decisions, releases, commits, lost commits
// and reloads, beside a model that only counts: a number is decided once, and what an author was
// told stays.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "server/room/dedupe.h"
#include "tests/fuzz/bytes_reader.h"
#include "tests/fuzz/require.h"

namespace swarmboard::room {
namespace {

using fuzz::require;

struct Told {
  std::uint64_t decided = 0;
  std::uint64_t released = 0;
  std::uint64_t logged = 0;
};

class DedupeRun {
 public:
  void step(fuzz::BytesReader& in) {
    const std::uint8_t what = in.byte();
    const std::string client(1, static_cast<char>('a' + what / 16 % 4));
    Told& told = told_[client];
    switch (what % 8) {
      case 0:
      case 1:
      case 2:
        submit(client, told, in.byte(), in.byte());
        break;
      case 3:
        release(client, told);
        break;
      case 4:
        commit();
        break;
      case 5:
        dedupe_.roll_back();
        for (auto& [name, each] : told_) {
          each.decided = std::max(each.released, each.logged);
        }
        break;
      case 6:
        reload();
        break;
      default:
        require(dedupe_.last_released(client) == told.released || told.released == 0,
                "what an author was told stays");
    }
    require(dedupe_.judge(client, told.decided + 1, 0).judged == Judged::New,
            "the next number is new");
    require(dedupe_.judge(client, told.decided + 2, 0).judged == Judged::Gap,
            "the one after it is too early");
    require(told.decided == 0 || dedupe_.judge(client, told.decided, 7).judged != Judged::New,
            "a number is decided once");
  }

 private:
  void submit(const std::string& client, Told& told, std::uint8_t number, std::uint8_t hash) {
    const std::uint64_t cmd_no = told.decided + number % 3;
    const auto verdict = dedupe_.judge(client, cmd_no, hash);
    require(verdict.expected == told.decided + 1, "the number expected is the next one");
    if (verdict.judged == Judged::New) {
      Outcome outcome;
      outcome.cmd_no = cmd_no;
      outcome.body_hash = hash;
      outcome.seq = number % 2 == 0 ? ++seq_ : 0;
      dedupe_.decide(client, outcome);
      if (outcome.seq != 0) {
        in_flight_.push_back({client, cmd_no});
      }
      told.decided = cmd_no;
    }
  }

  void release(const std::string& client, Told& told) {
    if (told.released < told.decided) {
      dedupe_.release(client, ++told.released);
    }
  }

  void commit() {
    std::vector<Dedupe::Ref> refs;
    const auto marks = dedupe_.take_marks(refs);
    require(marks.size() == refs.size(), "a mark for each refusal");
    refs.insert(refs.end(), in_flight_.begin(), in_flight_.end());
    in_flight_.clear();
    for (const Dedupe::Ref& ref : refs) {
      Told& told = told_[ref.client];
      if (ref.cmd_no <= told.decided) {
        dedupe_.on_logged(ref, 1000);
        told.logged = std::max(told.logged, ref.cmd_no);
      }
    }
  }

  // As after a crash: only the log is left.
  void reload() {
    Dedupe again;
    for (const v1::ClientDedupe& entry : dedupe_.logged()) {
      again.load(entry);
    }
    dedupe_ = std::move(again);
    in_flight_.clear();
    for (auto& [name, told] : told_) {
      told = {told.logged, told.logged, told.logged};
    }
  }

  Dedupe dedupe_;
  std::map<std::string, Told> told_;
  std::vector<Dedupe::Ref> in_flight_;
  std::uint64_t seq_ = 0;
};

}  // namespace
}  // namespace swarmboard::room

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  swarmboard::fuzz::BytesReader in(data, size);
  swarmboard::room::DedupeRun run;
  for (int steps = 0; steps < 400 && !in.empty(); ++steps) {
    run.step(in);
  }
  return 0;
}
