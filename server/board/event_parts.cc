// make_event of route.h: the parts of an event, each encoded once.
#include <algorithm>
#include <utility>

#include "server/board/route.h"

namespace swarmboard::board {
namespace {

v1::Event bare_part(const EventStamp& stamp, const v1::Patch& patch) {
  v1::Event part;
  part.set_seq(stamp.seq);
  part.set_at_ms(stamp.at_ms);
  part.set_library_seq(stamp.library_seq);
  *part.mutable_patch() = patch;
  return part;
}

// Who did what, and the echo by which the author's client knows that it is saved.
void sign(v1::Event& part, const EventStamp& stamp, const v1::Command& intent) {
  part.set_actor(stamp.actor);
  part.set_client_id(stamp.client_id);
  part.set_cmd_no(stamp.cmd_no);
  *part.mutable_intent() = intent;
}

bool has_patch(const v1::Event& part) {
  return !part.patch().upsert().empty() || !part.patch().remove().empty();
}

bool is_member(const std::vector<std::string>& members, const std::string& member) {
  return std::find(members.begin(), members.end(), member) != members.end();
}

void add_lane(v1::StoredEvent& event, const std::vector<std::string>& members,
              const v1::Event& part) {
  v1::LanePart& lane = *event.add_lanes();
  for (const std::string& member : members) {
    lane.add_members(member);
  }
  lane.set_event(part.SerializeAsString());
}

}  // namespace

v1::StoredEvent make_event(const StreamEffect& effect, const EventStamp& stamp,
                           const v1::Command& intent) {
  v1::StoredEvent event;
  event.set_seq(stamp.seq);
  event.set_at_ms(stamp.at_ms);

  v1::Event everybody = bare_part(stamp, effect.patch);
  if (effect.mirror) {
    everybody.mutable_intent()->mutable_mirror_library();
  } else {
    event.set_body_hash(stamp.body_hash);
    event.set_client_id(stamp.client_id);
    event.set_cmd_no(stamp.cmd_no);
    if (effect.shows_intent) {
      sign(everybody, stamp, intent);
    }
  }
  const bool is_private = !effect.mirror && !effect.shows_intent;
  if (!is_private || has_patch(everybody)) {
    event.set_public_part(everybody.SerializeAsString());
  }
  bool told_author = !is_private || stamp.actor.empty();
  for (const Decision::Lane& lane : effect.lanes) {
    v1::Event part = bare_part(stamp, lane.patch);
    // The author's echo, once: in the first lane that the author is in.
    if (!told_author && is_member(lane.members, stamp.actor)) {
      sign(part, stamp, intent);
      told_author = true;
    }
    add_lane(event, lane.members, part);
  }
  if (!told_author) {
    v1::Event echo = bare_part(stamp, {});
    sign(echo, stamp, intent);
    add_lane(event, {stamp.actor}, echo);
  }
  return event;
}

}  // namespace swarmboard::board
