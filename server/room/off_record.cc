#include "server/room/off_record.h"

#include "server/base/limits.h"

namespace swarmboard::room {
namespace {

// All cards travel in one frame: it must stay far below a message's limit.
constexpr std::size_t kOffRecordBytesMax = 192 * 1024;

}  // namespace

std::optional<board::Refusal> OffRecord::put(const Place& place,
                                             const v1::SubmitOffRecord& submit) {
  auto& notes = stages_[place.stage];
  const auto known = notes.find(submit.id());
  if (known != notes.end() && known->second.note().author() != place.author) {
    return board::Refusal{v1::REJECT_REASON_NOT_YOUR_CARD, "Somebody else wrote this card."};
  }
  v1::Record record;
  record.set_id(submit.id());
  v1::Note* note = record.mutable_note();
  note->set_kind(submit.kind());
  note->set_text(submit.text());
  note->set_author(place.author);
  note->set_stage(place.stage);
  const std::size_t before = known == notes.end() ? 0 : known->second.ByteSizeLong();
  const std::size_t after = bytes_ - before + record.ByteSizeLong();
  if (after > kOffRecordBytesMax ||
      (known == notes.end() && notes.size() >= limits::kOffRecordCardsMax)) {
    return board::Refusal{v1::REJECT_REASON_LIMIT_REACHED,
                          "There are too many cards in this stage."};
  }
  bytes_ = after;
  notes[submit.id()] = std::move(record);
  return std::nullopt;
}

void OffRecord::forget(const std::string& stage) {
  const auto found = stages_.find(stage);
  if (found == stages_.end()) {
    return;
  }
  for (const auto& [id, record] : found->second) {
    bytes_ -= record.ByteSizeLong();
  }
  stages_.erase(found);
}

v1::OffRecordNotes OffRecord::notes_of(const std::string& stage) const {
  v1::OffRecordNotes frame;
  const auto found = stages_.find(stage);
  if (found != stages_.end()) {
    for (const auto& [id, record] : found->second) {
      *frame.add_notes() = record;
    }
  }
  return frame;
}

}  // namespace swarmboard::room
