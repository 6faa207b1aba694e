// Presence as clients set it, and a receiver that sees only some of the frames: after the next one
// it gets, it knows exactly what the server knows.
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "server/base/limits.h"
#include "server/room/presence.h"
#include "tests/fuzz/bytes_reader.h"
#include "tests/fuzz/require.h"

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::room {
namespace {

using fuzz::require;

using Slots = std::map<std::pair<std::string, int>, std::string>;

v1::PresenceFrame frame_in(const Block& block) {
  const auto length = static_cast<unsigned char>((*block)[1]);
  const std::size_t header = length < 126 ? 2 : length == 126 ? 4 : 10;
  v1::ServerMessage message;
  require(message.ParseFromString(block->substr(header)) && message.frames_size() == 1,
          "a block is one frame");
  return message.frames(0).presence();
}

void take(Slots& slots, const v1::PresenceFrame& frame) {
  if (frame.full()) {
    slots.clear();
  }
  for (const v1::PresenceSlot& slot : frame.slots()) {
    require(slot.value().size() <= limits::kPresenceValueBytesMax, "a value is within its limit");
    if (slot.state() == v1::CONNECTEDNESS_GONE) {
      std::erase_if(slots, [&](const auto& item) { return item.first.first == slot.member(); });
      continue;
    }
    const std::pair key{slot.member(), static_cast<int>(slot.kind())};
    if (slot.kind() != v1::PRESENCE_KIND_HERE && slot.value().empty()) {
      slots.erase(key);
    } else {
      slots[key] =
          slot.kind() == v1::PRESENCE_KIND_HERE ? std::to_string(slot.state()) : slot.value();
    }
  }
}

class PresenceRun {
 public:
  void step(fuzz::BytesReader& in) {
    const std::uint8_t what = in.byte();
    const std::string member = "m" + std::to_string(what / 8 % 16);
    switch (what % 8) {
      case 0:
      case 1:
      case 2: {
        const auto kind = static_cast<v1::PresenceKind>(in.byte() % 9);
        const std::string value((in.byte() == 0xff) ? 300 : in.byte() % 4, 'v');
        const bool is_slot = kind > v1::PRESENCE_KIND_HERE && v1::PresenceKind_IsValid(kind);
        require(presence_.set(member, kind, value) == (is_slot && value.size() <= 256),
                "a client sets its own slots within the limit, and nothing else");
        break;
      }
      case 3:
      case 4:
        presence_.set_state(member,
                            static_cast<v1::Connectedness>(what / 64 + 1 > 3 ? 1 : what / 64 + 1));
        break;
      case 5:
        presence_.set_quiet(what / 8 % 2 == 0);
        break;
      case 6:
        now_us_ += 1000L * in.number<std::uint16_t>();
        break;
      default:
        tick(what / 8 % 4 != 0);
    }
  }

  void finish() {
    now_us_ += limits::kPresenceFullUs;
    tick(true);
    if (presence_.version() != 0) {
      receive();
      Slots all;
      take(all, frame_in(presence_.frame_after(0, 1)));
      require(all == receiver_, "a receiver knows what the server knows");
    }
  }

 private:
  void tick(bool received) {
    const bool made = presence_.tick(now_us_, 1);
    if (made && received) {
      receive();
    }
  }

  void receive() {
    if (seen_ != presence_.version()) {
      take(receiver_, frame_in(presence_.frame_after(seen_, 1)));
      seen_ = presence_.version();
    }
  }

  Presence presence_;
  Slots receiver_;
  std::uint64_t seen_ = 0;
  std::int64_t now_us_ = 1'000'000;
};

}  // namespace
}  // namespace swarmboard::room

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  swarmboard::fuzz::BytesReader in(data, size);
  swarmboard::room::PresenceRun run;
  for (int steps = 0; steps < 400 && !in.empty(); ++steps) {
    run.step(in);
  }
  run.finish();
  return 0;
}
