// Templates between people: handover to a partner team, the buddy check-in, the open conversation.
#include "server/board/template_rows.h"

namespace swarmboard::board {
namespace {

constexpr StageRow kLifecycleHandover[] = {
    {.key = "open",
     .name = "Who is who",
     .minutes = 2,
     .notes = kRule | kComment,
     .script = "Say who may replay. Every second time somebody of the partner team leads.",
     .prompt = "Who are you to this customer, before and after?"},
    {.key = "why_they_bought",
     .name = "Their reasons",
     .minutes = 6,
     .notes = kQuote | kTalk,
     .script = "In the customer's words, not in ours.",
     .prompt = "Their problem, how they will measure us, what they turned down."},
    {.key = "promises",
     .name = "What we promised",
     .minutes = 6,
     .notes = kStep | kTalk | kGap,
     .script = "Ask for each: where is it written?",
     .prompt = "Every promise that the customer remembers, with its date."},
    {.key = "people",
     .name = "Who matters",
     .minutes = 5,
     .notes = kTalk | kGap,
     .script = "Nobody is handed on without somebody who introduces them.",
     .prompt = "Whom do you hand on, and who makes the introduction?"},
    {.key = "risks",
     .name = "What worries me",
     .minutes = 5,
     .visibility = kPrivate,
     .notes = kStuck | kGap | kComment,
     .script = "Both teams write, in silence. Reveal at the end.",
     .prompt = "What could go wrong with this customer in the first months?"},
    {.key = "commit",
     .name = "First value",
     .minutes = 4,
     .notes = kStep | kDecision | kComment,
     .script = "One date by which the customer gets something out of it, with owners. The partner "
               "accepts, or says what is missing.",
     .prompt = "When do they first feel that it pays, and who sees to it?"},
    {.key = "feedback",
     .name = "Back to sales",
     .minutes = 2,
     .notes = kIdea | kComment,
     .script = "One thing only. Ask for one thanks and name who leads next.",
     .prompt = "What would have helped, had it been done earlier?"},
};

constexpr StageRow kBuddyCheckin[] = {
    {.key = "since",
     .name = "Since last time",
     .minutes = 3,
     .notes = kRule | kComment,
     .script = "Nobody leads here: whoever holds the seat moves the stages for both.",
     .prompt = "Which promises did each of you keep? What came in between?"},
    {.key = "a",
     .name = "Your turn",
     .minutes = 6,
     .notes = kAsk | kOffer | kIdea | kToAsk | kTalk,
     .script = "One ask. The other listens before answering.",
     .prompt = "Bring one thing you want help with. It stays between you two."},
    {.key = "b",
     .name = "My turn",
     .minutes = 6,
     .notes = kAsk | kOffer | kIdea | kToAsk | kTalk,
     .script = "Now the other way round.",
     .prompt = "Bring one thing you want help with. It stays between you two."},
    {.key = "promise",
     .name = "One each",
     .minutes = 3,
     .notes = kDecision | kComment,
     .script = "A date on both promises.",
     .prompt = "One promise each until next time."},
    {.key = "share",
     .name = "What may leave the pair",
     .minutes = 2,
     .notes = kAsk | kWorks | kDecision | kComment,
     .script = "Nothing leaves unless both want it to. Thank each other and agree who moves the "
               "stages next time.",
     .prompt = "Share nothing, one learning, or one ask."},
};

constexpr StageRow kOpenConversation[] = {
    {.key = "situation",
     .name = "Up to speed",
     .minutes = 5,
     .notes = kTalk | kQuote | kGap | kRule,
     .script = "Say who may replay. Only facts here.",
     .prompt = "What is the situation? Ask for what you need to understand it."},
    {.key = "explore",
     .name = "Options",
     .minutes = 20,
     .notes = kIdea | kToAsk | kTalk | kDecision,
     .dots = 3,
     .script = "At least three options on the board before any of them is judged.",
     .prompt = "What could be done? Build on what others wrote."},
    {.key = "next",
     .name = "Immediate steps",
     .minutes = 5,
     .notes = kStep | kDecision | kComment,
     .script = "A date on every promise. Ask for one thanks and name who leads next.",
     .prompt = "What will you do first, and by when?"},
};

constexpr TemplateRow kTemplates[] = {
    {.id = "lifecycle_handover_30",
     .name = "Handover with a partner team",
     .minutes = 30,
     .topic_kind = v1::TOPIC_KIND_LIFECYCLE_HANDOVER,
     .stages = kLifecycleHandover},
    {.id = "buddy_checkin_20",
     .name = "Buddy check-in",
     .minutes = 20,
     .topic_kind = v1::TOPIC_KIND_BUDDY_CHECKIN,
     .audience = v1::REPLAY_AUDIENCE_PAIR,
     .stages = kBuddyCheckin},
    {.id = "conv_5_20_5_30",
     .name = "Open conversation",
     .minutes = 30,
     .topic_kind = v1::TOPIC_KIND_OPEN_CONVERSATION,
     .stages = kOpenConversation},
};

}  // namespace

std::span<const TemplateRow> people_templates() {
  return kTemplates;
}

}  // namespace swarmboard::board
