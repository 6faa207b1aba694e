// The cards outside the numbered sequence: anonymous ones, sealed until their reveal, and those off
// the record, in memory only. Nothing here counts or logs by connection or person.
#include <utility>

#include "server/base/limits.h"
#include "server/board/kinds.h"
#include "server/room/team_core.h"
#include "server/wire/codec.h"

namespace swarmboard::room {
namespace {

bool is_same(const v1::SealedNote& a, const v1::SealedNote& b) {
  return a.kind() == b.kind() && a.text() == b.text();
}

// Stored before, sealed or already revealed: the answer to the first time was lost on its way, and
// the stage may have ended since.
bool is_kept(const Stream& stream, const std::string& card, const v1::SubmitAnonymous& submit) {
  for (const auto& [stage, bucket] : stream.sealed.buckets()) {
    const auto known = bucket.find(card);
    if (known != bucket.end()) {
      return has_right(known->second, submit.secret()) && is_same(known->second, seal(submit));
    }
  }
  const auto* note = stream.head_state.get<v1::Note>(card);
  return note != nullptr && note->anonymous() && note->kind() == submit.kind() &&
         note->text() == submit.text();
}

// A session that closed in the same group dropped the card before it was ever kept.
bool is_there(const Stream& stream, const std::string& stage, const std::string& card) {
  const SealedCards::Bucket* bucket = stream.sealed_durable.find(stage);
  return stream.is_live() || (bucket != nullptr && bucket->contains(card)) ||
         stream.durable_state.get<v1::Note>(card) != nullptr;
}

}  // namespace

void TeamCore::submit_anonymous(Stream& stream, const std::string& member,
                                const v1::SubmitAnonymous& submit,
                                std::function<void(v1::RejectReason)> answer) {
  if (const auto not_now = why_not_now()) {
    answer(not_now->reason);
    return;
  }
  const auto say_later = [&](v1::RejectReason reason) {
    Waiter waiter;
    waiter.call = [answer, reason](bool durable) {
      answer(durable ? reason : v1::REJECT_REASON_READ_ONLY);
    };
    after_durable(std::move(waiter));
  };
  const std::string card = hex_of(submit.note_id());
  if (is_kept(stream, card, submit)) {
    say_later(v1::REJECT_REASON_UNSPECIFIED);
    return;
  }
  v1::Command none;
  board::Context context = context_for({stream, none, member, false, {}, {}, 0, 0});
  const board::View view{session_state(stream), library->head_state, stream.id};
  const auto place = board::check_unsigned_card(view, submit.kind(), submit.text(),
                                                v1::VISIBILITY_ANONYMOUS, context);
  if (!place) {
    say_later(place.error().reason);
    return;
  }
  v1::SealedNote note = seal(submit);
  const SealedCards::Bucket* bucket = stream.sealed.find(place->stage);
  if (bucket != nullptr) {
    const auto known = bucket->find(card);
    if (known == bucket->end() && bucket->size() >= limits::kSealedCardsPerStageMax) {
      say_later(v1::REJECT_REASON_LIMIT_REACHED);
      return;
    }
    if (known != bucket->end() && !has_right(known->second, submit.secret())) {
      say_later(v1::REJECT_REASON_NOT_YOUR_CARD);
      return;
    }
  }
  put_sealed({&stream, place->stage, card, std::move(note)},
             [&stream, card, stage = place->stage, answer](bool durable) {
               answer(!durable                        ? v1::REJECT_REASON_READ_ONLY
                      : is_there(stream, stage, card) ? v1::REJECT_REASON_UNSPECIFIED
                                                      : v1::REJECT_REASON_SESSION_CLOSED);
             });
}

std::optional<board::Refusal> TeamCore::submit_off_record(Stream& stream, const std::string& member,
                                                          const v1::SubmitOffRecord& submit) {
  if (phase != Phase::Ready) {
    return board::Refusal{v1::REJECT_REASON_STARTING, "The board is being loaded."};
  }
  if (submit.id().empty() || submit.id().size() > limits::kIdBytesMax) {
    return board::Refusal{v1::REJECT_REASON_INVALID, "A card needs an id."};
  }
  v1::Command none;
  const board::Context context = context_for({stream, none, member, false, {}, {}, 0, 0});
  const board::View view{session_state(stream), library->head_state, stream.id};
  const auto place = board::check_unsigned_card(view, submit.kind(), submit.text(),
                                                v1::VISIBILITY_OFF_RECORD, context);
  if (!place) {
    return place.error();
  }
  if (auto refusal = stream.off_record.put({place->stage, member}, submit)) {
    return refusal;
  }
  ++stream.off_record_version;
  stream.off_record_block = nullptr;
  mark_dirty(stream);
  return std::nullopt;
}

std::string TeamCore::sealed_frames(const Stream& stream) const {
  std::string frames;
  stream.durable_state.each<v1::Stage>([&](const std::string& key, const v1::Stage& stage) {
    if (stage.visibility() == v1::VISIBILITY_ANONYMOUS && stage.has_started_at_ms()) {
      v1::ServerFrame frame;
      v1::SealedCount* count = frame.mutable_sealed_count();
      count->set_stream_ref(stream.ref);
      count->set_stage(key);
      count->set_count(stream.sealed_durable.count(key));
      frames += wire::encode_frame(frame);
    }
  });
  return frames;
}

std::string TeamCore::off_record_frames(const Stream& stream) const {
  std::string frames;
  stream.durable_state.each<v1::Stage>([&](const std::string& key, const v1::Stage& stage) {
    if (stage.visibility() == v1::VISIBILITY_OFF_RECORD && stage.has_started_at_ms()) {
      v1::ServerFrame frame;
      *frame.mutable_off_record_notes() = stream.off_record.notes_of(key);
      frame.mutable_off_record_notes()->set_stream_ref(stream.ref);
      frame.mutable_off_record_notes()->set_stage(key);
      frames += wire::encode_frame(frame);
    }
  });
  return frames;
}

}  // namespace swarmboard::room
