#include "server/room/presence.h"

#include <algorithm>

#include "server/base/limits.h"
#include "server/wire/codec.h"

namespace swarmboard::room {
namespace {

// Beyond this many people only the list is kept: nobody can follow a hundred cursors.
constexpr std::size_t kPeopleWithSlotsMax = 100;

// Of a second, for each person on the board; and the longest wait, which is that of a very large
// one.
constexpr std::int64_t kShareUs = 4'000;
constexpr std::int64_t kIntervalUsMax = 2'000'000;

bool names_a_writer(v1::PresenceKind kind) {
  return kind == v1::PRESENCE_KIND_TYPING || kind == v1::PRESENCE_KIND_CURSOR ||
         kind == v1::PRESENCE_KIND_SELECTION;
}

}  // namespace

Presence::Person& Presence::person(const std::string& member) {
  const auto place = std::lower_bound(
      people_.begin(), people_.end(), member,
      [](const Person& entry, const std::string& id) { return entry.member < id; });
  if (place != people_.end() && place->member == member) {
    return *place;
  }
  Person& added = *people_.insert(place, Person{member, v1::CONNECTEDNESS_HERE, {}, {}});
  added.changed[v1::PRESENCE_KIND_HERE] = true;
  changed_ = true;
  return added;
}

bool Presence::set(const std::string& member, v1::PresenceKind kind, const std::string& value) {
  if (kind <= v1::PRESENCE_KIND_HERE || !v1::PresenceKind_IsValid(kind) ||
      value.size() > limits::kPresenceValueBytesMax) {
    return false;
  }
  const auto slot = static_cast<std::size_t>(kind);
  if ((quiet_ && names_a_writer(kind)) || people_.size() > kPeopleWithSlotsMax) {
    return true;
  }
  Person& entry = person(member);
  // Who has gone says nothing more: it would outlive them at whoever hears it behind their leaving.
  if (entry.state != v1::CONNECTEDNESS_GONE && entry.values[slot] != value) {
    entry.values[slot] = value;
    entry.changed[slot] = changed_ = true;
  }
  return true;
}

void Presence::set_state(const std::string& member, v1::Connectedness state) {
  Person& entry = person(member);
  if (entry.state == state) {
    return;
  }
  entry.state = state;
  entry.changed[v1::PRESENCE_KIND_HERE] = changed_ = true;
  if (state != v1::CONNECTEDNESS_HERE) {
    for (std::size_t slot = v1::PRESENCE_KIND_TYPING; slot < kKinds; ++slot) {
      entry.changed[slot] = entry.changed[slot] || !entry.values[slot].empty();
      entry.values[slot].clear();
    }
  }
}

void Presence::set_quiet(bool quiet) {
  if (quiet && !quiet_) {
    // Frames that were made before still name who wrote last.
    delta_ = full_ = nullptr;
    for (Person& entry : people_) {
      for (std::size_t slot = v1::PRESENCE_KIND_TYPING; slot < kKinds; ++slot) {
        if (names_a_writer(static_cast<v1::PresenceKind>(slot)) && !entry.values[slot].empty()) {
          entry.values[slot].clear();
          entry.changed[slot] = changed_ = true;
        }
      }
    }
  }
  quiet_ = quiet;
}

v1::Connectedness Presence::state_of(const std::string& member) const {
  const auto found = std::find_if(people_.begin(), people_.end(),
                                  [&](const Person& entry) { return entry.member == member; });
  return found == people_.end() ? v1::CONNECTEDNESS_GONE : found->state;
}

std::int64_t Presence::interval_us() const {
  // Each frame goes to everybody: a board sends about 250 of them a second, however many people
  // come and go on it at once.
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(people_.size()) * kShareUs, 50'000,
                                  kIntervalUsMax);
}

bool Presence::tick(std::int64_t now_us, std::uint32_t stream_ref) {
  const bool full_due = changed_since_full_ && now_us - full_us_ >= limits::kPresenceFullUs;
  if ((!changed_ || now_us - ticked_us_ < interval_us()) && !full_due) {
    return false;
  }
  ++version_;
  ticked_us_ = now_us;
  full_us_ = full_due || version_ == 1 ? now_us : full_us_;
  changed_since_full_ = !full_due;
  delta_ = full_due ? nullptr : encode(false, stream_ref);
  full_ = nullptr;
  changed_ = false;
  for (Person& entry : people_) {
    entry.changed.fill(false);
  }
  std::erase_if(people_, [](const Person& entry) { return entry.state == v1::CONNECTEDNESS_GONE; });
  return true;
}

const Block& Presence::frame_after(std::uint64_t seen, std::uint32_t stream_ref) {
  if (seen != 0 && seen + 1 == version_ && delta_ != nullptr) {
    return delta_;
  }
  if (full_ == nullptr) {
    full_ = encode(true, stream_ref);
  }
  return full_;
}

Block Presence::encode(bool full, std::uint32_t stream_ref) const {
  v1::ServerFrame frame;
  v1::PresenceFrame* presence = frame.mutable_presence();
  presence->set_stream_ref(stream_ref);
  presence->set_full(full);
  for (const Person& entry : people_) {
    for (std::size_t slot = v1::PRESENCE_KIND_HERE; slot < kKinds; ++slot) {
      const bool is_here = slot == v1::PRESENCE_KIND_HERE;
      if (full ? !is_here && entry.values[slot].empty() : !entry.changed[slot]) {
        continue;
      }
      v1::PresenceSlot* out = presence->add_slots();
      out->set_member(entry.member);
      out->set_kind(static_cast<v1::PresenceKind>(slot));
      if (is_here) {
        out->set_state(entry.state);
      } else {
        out->set_value(entry.values[slot]);
      }
    }
  }
  return wire::frame_block(wire::encode_frame(frame));
}

}  // namespace swarmboard::room
