// Templates on one opportunity: the swarm, the quick assist and the premortem.
#include "server/board/template_rows.h"

namespace swarmboard::board {
namespace {

constexpr StageRow kDealSwarm[] = {
    {.key = "open",
     .name = "Arrive",
     .minutes = 3,
     .notes = kRule | kComment,
     .script = "Say who may replay this session. Name the owner of the ask, a scribe and a "
               "timekeeper. Ask for one ground rule.",
     .prompt = "Accept the replay notice, then help the room agree on one rule for today."},
    {.key = "brief",
     .name = "Owner's five facts",
     .minutes = 6,
     .notes = kQuestion | kQuote,
     .private_kinds = "QUESTION",
     .script = "Only the owner speaks. Questions are written, not said: nobody sees them before "
               "you reveal them.",
     .prompt = "Owner: the ask, the customer's problem in their words, where they stand and how "
               "we know, the people, our play. Everybody else: write the questions you have."},
    {.key = "clarify",
     .name = "Questions only",
     .minutes = 6,
     .notes = kQuestion | kAnswer | kGap,
     .script = "Reveal the questions and put doubles together. Stop every piece of advice, also "
               "the kind that is dressed as a question.",
     .prompt = "Owner: answer in one or two sentences; \"I don't know\" is an answer and becomes a "
               "gap. Scribe: set the scorecard levels as you hear them."},
    {.key = "diagnose",
     .name = "What really stops them",
     .minutes = 5,
     .visibility = kPrivate,
     .notes = kComment,
     .script = "Keep it silent for five minutes, then reveal all cards at once and group them.",
     .prompt = "Everybody but the owner: write up to two blockers. Whose side are they on, and "
               "which element of the deal do they touch?"},
    {.key = "options",
     .name = "Owner listens",
     .minutes = 10,
     .notes = kIdea | kToAsk | kComment | kGap | kQuote,
     .owner_listens = true,
     .script = "The owner reads and stays silent. When the first idea is praised, ask for a "
               "second and a third.",
     .prompt = "Offer ideas and build on each other's. Answer the objection, or say what may be "
               "behind it."},
    {.key = "choose",
     .name = "Owner decides",
     .minutes = 6,
     .notes = kDecision | kComment,
     .dots = 3,
     .observer_writes = true,
     .script = "Open three dots each, close the vote, then give the word to the owner.",
     .prompt = "Place your dots. Owner: write one decision and why you leave the rest; change the "
               "play if it follows."},
    {.key = "commit",
     .name = "Who does what",
     .minutes = 9,
     .notes = kDecision | kComment,
     .observer_writes = true,
     .script = "Ask each helper for one promise with a date. Read the next step aloud: is it "
               "something the customer does?",
     .prompt = "Promise one thing you will do and by when. Owner: write the next step in the "
               "customer's terms."},
    {.key = "close",
     .name = "Learn and thank",
     .minutes = 5,
     .notes = kComment,
     .observer_writes = true,
     .script = "Ask for one learning from the owner and one from the helpers. Name who leads "
               "next.",
     .prompt = "Write what you take with you, thank somebody for what they did, and tell the "
               "facilitator how it was."},
};

constexpr StageRow kQuickAssist[] = {
    {.key = "ask",
     .name = "The question",
     .minutes = 2,
     .notes = kAsk | kComment | kRule,
     .script = "The helper who is furthest from the deal leads.",
     .prompt = "Owner: write what you need help with, in two lines."},
    {.key = "clarify",
     .name = "Three questions",
     .minutes = 3,
     .notes = kQuestion | kAnswer | kGap,
     .script = "Questions and short answers. No advice yet.",
     .prompt = "Ask what you must know before you can help; about three questions are enough."},
    {.key = "listen",
     .name = "Helpers talk",
     .minutes = 8,
     .notes = kIdea | kToAsk | kComment,
     .owner_listens = true,
     .script = "The helpers talk with each other as if the owner were not there. The owner reads.",
     .prompt = "Helpers: ideas, and questions the owner could put to the customer."},
    {.key = "take",
     .name = "Owner takes",
     .minutes = 3,
     .notes = kDecision | kComment,
     .script = "Give the word to the owner and let nobody argue.",
     .prompt = "Owner: write what you will use and what you leave."},
    {.key = "commit",
     .name = "Promise",
     .minutes = 4,
     .notes = kDecision | kComment,
     .script = "A date on every promise. Thank somebody and name who leads next.",
     .prompt = "One promise per person, and the customer's next step."},
};

constexpr StageRow kDealPremortem[] = {
    {.key = "frame",
     .name = "It is lost",
     .minutes = 3,
     .notes = kComment | kQuote | kRule,
     .script = "Read aloud: it is the day of the decision, and they signed elsewhere or did "
               "nothing at all.",
     .prompt = "Owner: state the deal, the date and our play. Everybody: picture that we lost."},
    {.key = "causes",
     .name = "Why",
     .minutes = 5,
     .visibility = kPrivate,
     .notes = kStuck | kComment,
     .script = "Silence. Nobody explains a card.",
     .prompt = "Write up to four reasons why it was lost. Be concrete: who did what, or did not?"},
    {.key = "round",
     .name = "One by one",
     .minutes = 8,
     .notes = kStuck | kComment,
     .script = "Reveal. One cause per person and turn until none is left; put doubles together.",
     .prompt = "Read your strongest cause that has not been read yet."},
    {.key = "rank",
     .name = "Likely and fixable",
     .minutes = 4,
     .notes = kDecision | kComment,
     .dots = 3,
     .script = "Three dots each, hidden. Close the vote and keep the top three.",
     .prompt = "Dots on causes that are likely and that we can still do something about."},
    {.key = "prevent",
     .name = "Early signs",
     .minutes = 7,
     .notes = kIdea | kStep | kToAsk | kComment,
     .script = "For each of the three: what would we see first, and what do we do then?",
     .prompt = "Write the first sign and the counter-step for each cause."},
    {.key = "commit",
     .name = "Promise",
     .minutes = 3,
     .notes = kDecision | kComment,
     .script = "A date on every promise. Thank somebody and name who leads next.",
     .prompt = "Promise one counter-step, or to watch for one sign, and by when."},
};

constexpr TemplateRow kTemplates[] = {
    {.id = "deal_swarm_50",
     .name = "Deal swarm",
     .minutes = 50,
     .topic_kind = v1::TOPIC_KIND_SPECIFIC_OPPORTUNITY,
     .owner_votes = false,
     .stages = kDealSwarm},
    {.id = "quick_assist_20",
     .name = "Quick assist",
     .minutes = 20,
     .topic_kind = v1::TOPIC_KIND_SPECIFIC_OPPORTUNITY,
     .owner_votes = false,
     .stages = kQuickAssist},
    {.id = "deal_premortem_30",
     .name = "Deal premortem",
     .minutes = 30,
     .topic_kind = v1::TOPIC_KIND_SPECIFIC_OPPORTUNITY,
     .stages = kDealPremortem},
};

}  // namespace

std::span<const TemplateRow> deal_templates() {
  return kTemplates;
}

}  // namespace swarmboard::board
