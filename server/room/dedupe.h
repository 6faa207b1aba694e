// What became of each client's commands on one stream: the memory that makes a resend harmless.
// It is derived from the log (events and marks), so it survives crash and restore.
//
// Owner: Stream. PURE; the team's thread. An outcome is `released` when its author may have learned
// it, and `logged` when the log holds it. Rules R1 to R9 of docs/protocol.md.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::room {

struct Outcome {
  std::uint64_t cmd_no = 0;
  std::uint32_t body_hash = 0;
  std::uint64_t seq = 0;  // Of its event, or 0 when it was refused.
  v1::RejectReason reason = v1::REJECT_REASON_UNSPECIFIED;
  bool released = false;
  bool in_unit = false;  // Part of a unit that is on its way to the disk, or of the log.
  bool logged = false;
};

enum class Judged {
  New,     // The next number.
  Repeat,  // Decided before, with these bytes (or so long ago that they are forgotten).
  Reused,  // Decided before with other bytes.
  Gap,     // Beyond the next number.
};

class Dedupe {
 public:
  struct Verdict {
    Judged judged = Judged::New;
    std::uint64_t expected = 1;
    const Outcome* outcome = nullptr;  // With Repeat, if it is still remembered.
  };

  struct Ref {
    std::string client;
    std::uint64_t cmd_no = 0;
  };

  [[nodiscard]] Verdict judge(std::string_view client, std::uint64_t cmd_no,
                              std::uint32_t body_hash) const;
  [[nodiscard]] bool knows(std::string_view client) const;

  [[nodiscard]] std::size_t clients() const { return clients_.size(); }

  // Decided but not yet known to the author.
  [[nodiscard]] std::size_t open_count(std::string_view client) const;
  // The highest number whose outcome the author may know.
  [[nodiscard]] std::uint64_t last_released(std::string_view client) const;
  // Recent refusals that the author may know, oldest first.
  [[nodiscard]] std::vector<Outcome> released_refusals(std::string_view client) const;
  [[nodiscard]] const Outcome* find(std::string_view client, std::uint64_t cmd_no) const;

  // Precondition: judge() said New.
  void decide(const std::string& client, Outcome outcome);
  void release(std::string_view client, std::uint64_t cmd_no);

  // The refusals that no unit holds yet, as marks for the next one; they count as in that unit.
  [[nodiscard]] std::vector<v1::ClientMark> take_marks(std::vector<Ref>& refs);
  // The unit is durable: its outcomes are part of the log.
  void on_logged(const Ref& ref, std::int64_t at_ms);
  // Units on their way were lost: forgets what nobody was told, keeps what somebody was.
  void roll_back();

  // From a unit of the log, in any order of numbers.
  void load(const std::string& client, Outcome outcome, std::int64_t at_ms);
  void load(const v1::ClientDedupe& entry);
  // What the log holds, for a keyframe.
  [[nodiscard]] std::vector<v1::ClientDedupe> logged() const;
  // Drops clients whose last logged command is older than that.
  void drop_idle(std::int64_t before_at_ms);

 private:
  struct Client {
    std::uint64_t last = 0;
    std::uint64_t last_released = 0;
    std::uint64_t last_logged = 0;
    std::int64_t last_at_ms = 0;
    bool has_unlogged_refusal = false;
    std::deque<Outcome> recent;
  };

  Outcome* find_mutable(std::string_view client, std::uint64_t cmd_no);

  std::map<std::string, Client, std::less<>> clients_;
  bool has_unlogged_refusals_ = false;  // Of any client: spares a pass over all of them.
};

}  // namespace swarmboard::room
