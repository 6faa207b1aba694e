// make_event of route.h: the parts of an event, each encoded once.
#include <algorithm>
#include <utility>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>
#include <google/protobuf/wire_format_lite.h>

#include "server/board/route.h"

namespace swarmboard::board {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::StringOutputStream;

constexpr std::size_t kHeadBytesMax = 512;  // Without messages; a longer name only costs time.

// One field of a message that holds a message, without a copy of it.
void write_message(CodedOutputStream& out, int number, const google::protobuf::Message& value) {
  out.WriteTag(WireFormatLite::MakeTag(number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
  out.WriteVarint32(static_cast<std::uint32_t>(value.GetCachedSize()));
  value.SerializeWithCachedSizes(&out);
}

// What the library leaves out it does not write either.
void write_bytes(CodedOutputStream& out, int number, const std::string& value) {
  if (!value.empty()) {
    WireFormatLite::WriteBytes(number, value, &out);
  }
}

void write_number(CodedOutputStream& out, int number, std::uint64_t value) {
  if (value != 0) {
    WireFormatLite::WriteUInt64(number, value, &out);
  }
}

// The fields of an Event in ascending order, as the library would write them from a copy of all its
// parts. `with_signature`: who did it, and the echo by which the author's client knows that it is
// saved. Precondition: the sizes of patch and intent are known.
void write_fields(CodedOutputStream& out, const EventStamp& stamp, const v1::Patch& patch,
                  const v1::Command* intent, bool with_signature) {
  write_number(out, v1::Event::kSeqFieldNumber, stamp.seq);
  if (stamp.at_ms != 0) {
    WireFormatLite::WriteSInt64(v1::Event::kAtMsFieldNumber, stamp.at_ms, &out);
  }
  if (with_signature) {
    write_bytes(out, v1::Event::kActorFieldNumber, stamp.actor);
    write_bytes(out, v1::Event::kClientIdFieldNumber, stamp.client_id);
    write_number(out, v1::Event::kCmdNoFieldNumber, stamp.cmd_no);
  }
  if (intent != nullptr) {
    write_message(out, v1::Event::kIntentFieldNumber, *intent);
  }
  write_message(out, v1::Event::kPatchFieldNumber, patch);
  write_number(out, v1::Event::kLibrarySeqFieldNumber, stamp.library_seq);
}

// The bytes of an Event.
std::string write_part(const EventStamp& stamp, const v1::Patch& patch, const v1::Command* intent,
                       bool with_signature) {
  const std::size_t parts = patch.ByteSizeLong() + (intent == nullptr ? 0 : intent->ByteSizeLong());
  std::string bytes;
  bytes.reserve(parts + kHeadBytesMax);
  StringOutputStream sink(&bytes);
  {
    CodedOutputStream out(&sink);
    write_fields(out, stamp, patch, intent, with_signature);
  }
  return bytes;
}

std::string signed_part(const EventStamp& stamp, const v1::Patch& patch,
                        const v1::Command& intent) {
  return write_part(stamp, patch, &intent, true);
}

std::string bare_part(const EventStamp& stamp, const v1::Patch& patch) {
  return write_part(stamp, patch, nullptr, false);
}

std::string mirror_part(const EventStamp& stamp, const v1::Patch& patch) {
  v1::Command intent;
  intent.mutable_mirror_library();
  return write_part(stamp, patch, &intent, false);
}

bool is_empty(const v1::Patch& patch) {
  return patch.upsert().empty() && patch.remove().empty();
}

bool is_member(const std::vector<std::string>& members, const std::string& member) {
  return std::find(members.begin(), members.end(), member) != members.end();
}

void add_lane(v1::StoredEvent& event, const std::vector<std::string>& members, std::string part) {
  v1::LanePart& lane = *event.add_lanes();
  for (const std::string& member : members) {
    lane.add_members(member);
  }
  lane.set_event(std::move(part));
}

}  // namespace

v1::StoredEvent make_event(const StreamEffect& effect, const EventStamp& stamp,
                           const v1::Command& intent) {
  v1::StoredEvent event;
  event.set_seq(stamp.seq);
  event.set_at_ms(stamp.at_ms);
  if (effect.mirror) {
    event.set_public_part(mirror_part(stamp, effect.patch));
  } else {
    event.set_body_hash(stamp.body_hash);
    event.set_client_id(stamp.client_id);
    event.set_cmd_no(stamp.cmd_no);
    if (effect.shows_intent) {
      event.set_public_part(signed_part(stamp, effect.patch, intent));
    } else if (!is_empty(effect.patch)) {
      event.set_public_part(bare_part(stamp, effect.patch));
    }
  }
  bool told_author = effect.mirror || effect.shows_intent || stamp.actor.empty();
  for (const Decision::Lane& lane : effect.lanes) {
    // The author's echo, once: in the first lane that the author is in.
    const bool tells = !told_author && is_member(lane.members, stamp.actor);
    told_author = told_author || tells;
    add_lane(event, lane.members,
             tells ? signed_part(stamp, lane.patch, intent) : bare_part(stamp, lane.patch));
  }
  if (!told_author) {
    add_lane(event, {stamp.actor}, signed_part(stamp, {}, intent));
  }
  return event;
}

}  // namespace swarmboard::board
