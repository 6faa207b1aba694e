#include "server/board/route.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "server/board/apply.h"
#include "server/board/groups.h"
#include "server/board/kinds.h"
#include "server/board/links.h"
#include "server/board/patch_builder.h"
#include "server/board/policy.h"
#include "server/board/queries.h"
#include "server/board/record_check.h"

namespace swarmboard::board {
namespace {

bool is_filed_kind(Kind kind) {
  return lives_in_library(kind) || is_shared(kind);
}

bool sets_library_id(const v1::Record& record) {
  return record.objection().has_library_id() || record.response().has_library_id();
}

// What a narrow session says stays in it until somebody publishes it by a decision of their own.
bool keeps_to_itself(const State& session) {
  const v1::Session* record = session_of(session);
  return record != nullptr && (record->replay_audience() == v1::REPLAY_AUDIENCE_PAIR ||
                               record->replay_audience() == v1::REPLAY_AUDIENCE_PARTICIPANTS);
}

// Two streams may hold different texts of one record for a moment, so that a change of places made
// in one would not fit the other.
void write_texts_whole_from(v1::Patch& patch, const State& home) {
  for (v1::Upsert& upsert : *patch.mutable_upsert()) {
    const RecordKey key = key_of(upsert.record());
    const RecordPtr base = upsert.text().empty() ? nullptr : home.find(key.kind, key.id);
    if (base != nullptr) {
      v1::Record after = *base;
      apply_upsert(after, upsert);
      write_texts_whole(upsert, after);
    }
  }
}

v1::Record merged(const v1::Record& base, const v1::Upsert& upsert) {
  v1::Record record = base;
  apply_upsert(record, upsert);
  return record;
}

// Writes the part of a patch that one stream records: changes of records that the stream does not
// hold become whole ones, taken from where they are.
class Fitting {
 public:
  Fitting(const State& stream, const State& elsewhere) : stream_(stream), elsewhere_(elsewhere) {}

  // Whether either stream knows the record.
  [[nodiscard]] bool fits(const v1::Upsert& upsert) const {
    const RecordKey key = key_of(upsert.record());
    return upsert.create() || holds(key) || elsewhere_.find(key.kind, key.id) != nullptr;
  }

  // Adds the upsert to `patch`. Precondition: it fits.
  void add(v1::Patch& patch, v1::Upsert upsert) {
    RecordKey key = key_of(upsert.record());
    if (upsert.create() || holds(key)) {
      *patch.add_upsert() = std::move(upsert);
    } else {
      put_whole(patch, merged(*elsewhere_.find(key.kind, key.id), upsert));
    }
    added_.insert(std::move(key));
  }

  [[nodiscard]] bool holds(const RecordKey& key) const {
    return added_.count(key) > 0 || stream_.find(key.kind, key.id) != nullptr;
  }

 private:
  const State& stream_;
  const State& elsewhere_;
  std::set<RecordKey> added_;
};

// Uses the patch up.
v1::Patch session_patch(v1::Patch& patch, Fitting& fitting) {
  v1::Patch out;
  for (v1::Upsert& upsert : *patch.mutable_upsert()) {
    if (fitting.fits(upsert)) {
      fitting.add(out, std::move(upsert));
    } else {
      // Known nowhere: kept, so that apply finds and reports what is a bug of ours.
      *out.add_upsert() = std::move(upsert);
    }
  }
  for (const v1::RecordId& target : patch.remove()) {
    if (fitting.holds(RecordKey{target.kind(), target.id()}) || !is_filed_kind(target.kind())) {
      *out.add_remove() = target;
    }
  }
  return out;
}

// Records of the library that a public change links to and the session does not hold come along,
// whole: a session is replayed from its own stream alone.
v1::Patch with_links(v1::Patch patch, const State& session, const State& library) {
  v1::Patch out;
  Fitting fitting(session, library);
  for (const v1::Upsert& upsert : patch.upsert()) {
    if (upsert.record().has_only_for()) {
      continue;
    }
    each_ref(body_message(upsert.record()),
             [&](const v1::FieldPolicy& policy, const std::string& id) {
               for (const Kind kind : ref_kinds(policy.ref())) {
                 const RecordPtr target = library.find(kind, id);
                 if (target != nullptr && !target->has_only_for() && !fitting.holds({kind, id})) {
                   v1::Upsert pulled;
                   pulled.set_create(true);
                   *pulled.mutable_record() = *target;
                   fitting.add(out, std::move(pulled));
                 }
               }
             });
  }
  if (out.upsert().empty()) {
    return patch;
  }
  for (v1::Upsert& upsert : *patch.mutable_upsert()) {
    *out.add_upsert() = std::move(upsert);
  }
  *out.mutable_remove() = std::move(*patch.mutable_remove());
  return out;
}

// Whether the library records this public change of a session.
bool is_for_library(const v1::Upsert& upsert, const State& session, const State& library) {
  const RecordKey key = key_of(upsert.record());
  if (lives_in_library(key.kind)) {
    // A session that takes in a copy of what the library holds changes nothing there.
    const RecordPtr same = library.find(key.kind, key.id);
    return same == nullptr || !upsert.create() ||
           same->SerializeAsString() != upsert.record().SerializeAsString();
  }
  if (!is_shared(key.kind)) {
    return false;
  }
  if (library.find(key.kind, key.id) == nullptr && keeps_to_itself(session) &&
      !sets_library_id(upsert.record())) {
    return false;
  }
  const RecordPtr base = session.find(key.kind, key.id);
  const bool becomes_public = upsert.create() || upsert.set_only_for();
  const bool hidden =
      becomes_public ? upsert.record().has_only_for() : base != nullptr && base->has_only_for();
  return !hidden;
}

// A group is of one board; what is filed belongs to none. False when nothing else is left.
bool leave_group_behind(v1::Upsert& upsert) {
  const int field = group_field_number(kind_of_record(upsert.record()));
  if (field == 0) {
    return true;
  }
  clear_group_of(*upsert.mutable_record());
  auto& clear = *upsert.mutable_clear();
  clear.erase(std::remove(clear.begin(), clear.end(), static_cast<std::uint32_t>(field)),
              clear.end());
  return upsert.create() || upsert.set_only_for() || !clear.empty() || !upsert.text().empty() ||
         body_message(upsert.record()).ByteSizeLong() > 0;
}

v1::Patch library_patch(const v1::Patch& patch, const State& session, const State& library) {
  v1::Patch whole;
  Fitting fitting(library, session);
  for (const v1::Upsert& upsert : patch.upsert()) {
    // A record known to neither stream is reported by the session's own patch.
    if (is_for_library(upsert, session, library) && fitting.fits(upsert)) {
      fitting.add(whole, upsert);
    }
  }
  v1::Patch out;
  for (v1::Upsert& upsert : *whole.mutable_upsert()) {
    if (leave_group_behind(upsert)) {
      *out.add_upsert() = std::move(upsert);
    }
  }
  for (const v1::RecordId& target : patch.remove()) {
    if (is_filed_kind(target.kind()) && library.find(target.kind(), target.id()) != nullptr) {
      *out.add_remove() = target;
    }
  }
  return out;
}

// Private records of the library (a member's progress) that a lane of the decision touches.
std::vector<Decision::Lane> library_lanes(const Decision& decision, const State& library) {
  std::vector<Decision::Lane> lanes;
  for (const Decision::Lane& lane : decision.lanes) {
    Decision::Lane own{lane.members, {}};
    for (const v1::Upsert& upsert : lane.patch.upsert()) {
      if (lives_in_library(kind_of_record(upsert.record()))) {
        *own.patch.add_upsert() = upsert;
      }
    }
    for (const v1::RecordId& target : lane.patch.remove()) {
      if (lives_in_library(target.kind()) && library.find(target.kind(), target.id()) != nullptr) {
        *own.patch.add_remove() = target;
      }
    }
    if (own.patch.ByteSizeLong() > 0) {
      lanes.push_back(std::move(own));
    }
  }
  return lanes;
}

// What another live session has to follow: its copies, and the people of the team.
v1::Patch mirror_patch(const v1::Patch& library, const State& session) {
  v1::Patch out;
  for (const v1::Upsert& upsert : library.upsert()) {
    const RecordKey key = key_of(upsert.record());
    const RecordPtr copy = session.find(key.kind, key.id);
    const bool follows = copy != nullptr && !copy->has_only_for();
    const bool newcomer = copy == nullptr && upsert.create() && key.kind == kind_of<v1::Member>();
    if (follows || newcomer) {
      *out.add_upsert() = upsert;
    }
    if (follows && upsert.create() && copy->blocker().has_group()) {
      out.mutable_upsert()->rbegin()->mutable_record()->mutable_blocker()->set_group(
          copy->blocker().group());
    }
  }
  for (const v1::RecordId& target : library.remove()) {
    const RecordKey key{target.kind(), target.id()};
    const RecordPtr copy = session.find(key.kind, key.id);
    // What this board has built upon stays on it.
    const bool stays = is_needed(session, key) || is_grouped(session, key);
    if (copy != nullptr && !copy->has_only_for() && !stays) {
      *out.add_remove() = target;
    }
  }
  return out;
}

bool is_empty(const v1::Patch& patch) {
  return patch.upsert().empty() && patch.remove().empty();
}

}  // namespace

std::vector<StreamEffect> route(Decision& decision, const std::string& stream,
                                const std::map<std::string, const State*>& sessions,
                                const State& library) {
  static const State kNothing;
  const auto found = sessions.find(stream);
  const State& session = stream.empty() || found == sessions.end() ? kNothing : *found->second;
  const bool from_library = stream.empty() && decision.opens_session.empty();

  StreamEffect filed;
  filed.patch = from_library ? decision.patch : library_patch(decision.patch, session, library);
  filed.lanes = from_library ? decision.lanes : library_lanes(decision, library);
  filed.mirror = !stream.empty();
  filed.shows_intent = stream.empty() ? !decision.private_act : true;

  std::vector<StreamEffect> effects;
  if (stream.empty()) {
    effects.push_back(filed);
  }
  // Before the own effect uses its patch up; the own one alone keeps changes of places.
  write_texts_whole_from(filed.patch, stream.empty() ? library : session);
  if (!from_library) {
    StreamEffect own;
    own.stream = stream.empty() ? decision.opens_session : stream;
    own.shows_intent = !decision.private_act;
    Fitting fitting(session, library);
    // A new session has its view of the library already, and nothing beyond it.
    v1::Patch whole = stream.empty() ? std::move(decision.patch)
                                     : with_links(std::move(decision.patch), session, library);
    own.patch = session_patch(whole, fitting);
    for (Decision::Lane& lane : decision.lanes) {
      own.lanes.push_back({std::move(lane.members), session_patch(lane.patch, fitting)});
    }
    effects.push_back(std::move(own));
  }
  if (!stream.empty() && (!is_empty(filed.patch) || !filed.lanes.empty())) {
    effects.push_back(filed);
  }
  for (const auto& [id, state] : sessions) {
    if (id == stream || id == decision.opens_session || is_closed(*state)) {
      continue;
    }
    StreamEffect mirror;
    mirror.stream = id;
    mirror.mirror = true;
    mirror.patch = mirror_patch(filed.patch, *state);
    if (!is_empty(mirror.patch)) {
      effects.push_back(std::move(mirror));
    }
  }
  return effects;
}

}  // namespace swarmboard::board
