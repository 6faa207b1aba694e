// How the data files of the templates (template_*.cc) are written: one row for each stage. Turned
// into v1::Stage records by templates.cc. Data only; the rules that read a stage are elsewhere.
//
// `script` is the facilitator's duty in the stage, `prompt` is what everybody reads.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "swarmboard/v1/enums.pb.h"

namespace swarmboard::board {

// A set of note kinds, one bit each.
using NoteSet = std::uint32_t;

[[nodiscard]] constexpr NoteSet note_bit(v1::NoteKind kind) {
  return NoteSet{1} << static_cast<std::uint32_t>(kind);
}

inline constexpr NoteSet kNoNotes = 0;
inline constexpr NoteSet kRule = note_bit(v1::NOTE_KIND_GROUND_RULE);
inline constexpr NoteSet kQuestion = note_bit(v1::NOTE_KIND_QUESTION);
inline constexpr NoteSet kToAsk = note_bit(v1::NOTE_KIND_QUESTION_TO_ASK);
inline constexpr NoteSet kIdea = note_bit(v1::NOTE_KIND_IDEA);
inline constexpr NoteSet kComment = note_bit(v1::NOTE_KIND_COMMENT);
inline constexpr NoteSet kDecision = note_bit(v1::NOTE_KIND_DECISION);
inline constexpr NoteSet kQuote = note_bit(v1::NOTE_KIND_CUSTOMER_QUOTE);
inline constexpr NoteSet kStuck = note_bit(v1::NOTE_KIND_STUCK);
inline constexpr NoteSet kTurning = note_bit(v1::NOTE_KIND_TURNING_POINT);
inline constexpr NoteSet kGap = note_bit(v1::NOTE_KIND_EVIDENCE_GAP);
inline constexpr NoteSet kStep = note_bit(v1::NOTE_KIND_STEP);
inline constexpr NoteSet kAsk = note_bit(v1::NOTE_KIND_ASK);
inline constexpr NoteSet kOffer = note_bit(v1::NOTE_KIND_OFFER);
inline constexpr NoteSet kWorks = note_bit(v1::NOTE_KIND_WORKS);
inline constexpr NoteSet kUnsaid = note_bit(v1::NOTE_KIND_UNSAID);
inline constexpr NoteSet kAnswer = note_bit(v1::NOTE_KIND_ANSWER);
// Questions are read here, so they may be asked and answered.
inline constexpr NoteSet kTalk = kQuestion | kAnswer | kComment;

inline constexpr v1::Visibility kPrivate = v1::VISIBILITY_PRIVATE_UNTIL_REVEAL;
inline constexpr v1::Visibility kAnonymous = v1::VISIBILITY_ANONYMOUS;

struct StageRow {
  std::string_view key;
  std::string_view name;
  std::uint32_t minutes = 0;
  v1::Visibility visibility = v1::VISIBILITY_OPEN;
  NoteSet notes = kNoNotes;
  std::uint32_t dots = 0;               // Dots per person where the stage votes.
  bool owner_listens = false;           // The owner of the ask only reads.
  bool observer_writes = false;         // The floor is open to observers.
  bool practice = false;                // Spoken practice: anybody may reword an answer.
  std::string_view private_kinds = {};  // Of an open stage: these kinds wait for the reveal.
  std::string_view script = {};
  std::string_view prompt = {};
};

struct TemplateRow {
  std::string_view id;
  std::string_view name;
  std::uint32_t minutes = 0;
  v1::TopicKind topic_kind = v1::TOPIC_KIND_UNSPECIFIED;
  v1::ReplayAudience audience = v1::REPLAY_AUDIENCE_TEAM_AND_MANAGER;
  bool owner_votes = true;
  std::span<const StageRow> stages;
};

[[nodiscard]] std::span<const TemplateRow> deal_templates();      // template_deal.cc
[[nodiscard]] std::span<const TemplateRow> market_templates();    // template_market.cc
[[nodiscard]] std::span<const TemplateRow> practice_templates();  // template_practice.cc
[[nodiscard]] std::span<const TemplateRow> review_templates();    // template_review.cc
[[nodiscard]] std::span<const TemplateRow> team_templates();      // template_team.cc
[[nodiscard]] std::span<const TemplateRow> people_templates();    // template_people.cc

}  // namespace swarmboard::board
