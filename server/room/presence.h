// Who is here and what they are doing at this moment: slots by (member, kind), the latest wins.
// Never journaled, never queued: a receiver is sent the newest frame or a full one.
//
// Owner: Stream. PURE; the team's thread. Being a participant is a record, not presence.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "server/room/transport.h"

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::room {

class Presence {
 public:
  // False: not a slot that a client may set.
  bool set(const std::string& member, v1::PresenceKind kind, const std::string& value);
  // Leaving HERE clears what the member was doing.
  void set_state(const std::string& member, v1::Connectedness state);
  // Clears typing, cursors and selections of everybody: they would name writers in a stage without
  // authors. While quiet, set() ignores them.
  void set_quiet(bool quiet);

  [[nodiscard]] bool is_quiet() const { return quiet_; }

  [[nodiscard]] v1::Connectedness state_of(const std::string& member) const;

  // At most once per turn of the clock: makes the next frame if it is due. True when there is one.
  bool tick(std::int64_t now_us, std::uint32_t stream_ref);

  // Rises with every frame; 0 = nobody was ever here.
  [[nodiscard]] std::uint64_t version() const { return version_; }

  // The frame that brings a receiver from the version it has to the newest one.
  [[nodiscard]] const Block& frame_after(std::uint64_t seen, std::uint32_t stream_ref);

 private:
  static constexpr std::size_t kKinds = 8;  // By v1::PresenceKind; HERE has no value.

  struct Person {
    std::string member;
    v1::Connectedness state = v1::CONNECTEDNESS_HERE;
    std::array<std::string, kKinds> values;
    std::array<bool, kKinds> changed{};
  };

  Person& person(const std::string& member);
  [[nodiscard]] std::int64_t interval_us() const;
  [[nodiscard]] Block encode(bool full, std::uint32_t stream_ref) const;

  std::vector<Person> people_;  // By member id.
  std::uint64_t version_ = 0;
  std::int64_t ticked_us_ = 0;
  std::int64_t full_us_ = 0;
  bool changed_ = false;
  bool changed_since_full_ = false;
  bool quiet_ = false;
  Block delta_;  // From version_ - 1 to version_; null when only a full frame will do.
  Block full_;   // Made when somebody needs it.
};

}  // namespace swarmboard::room
