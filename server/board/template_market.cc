// Templates on the market: competitors and our own message.
#include "server/board/template_rows.h"

namespace swarmboard::board {
namespace {

constexpr StageRow kCompetitorTactics[] = {
    {.key = "open",
     .name = "Arrive",
     .minutes = 2,
     .notes = kRule | kComment,
     .script = "Say who may replay. Read the line of fair play: nobody is run down, and no paper "
               "that is not ours to have is used.",
     .prompt = "We look at what they do and why it works, with respect."},
    {.key = "sightings",
     .name = "What we saw",
     .minutes = 7,
     .visibility = kPrivate,
     .notes = kComment | kQuote,
     .script = "Silence while everybody writes.",
     .prompt = "One card per tactic: what they did, at which deal, whether you saw it yourself, "
               "and how the buyer took it."},
    {.key = "cluster",
     .name = "Sort",
     .minutes = 6,
     .notes = kComment | kDecision,
     .script = "Reveal, put equal ones together, then pick one competitor for the rest of the "
               "session.",
     .prompt = "Group what belongs together and mark what was seen first-hand."},
    {.key = "buyer_eyes",
     .name = "Why a sensible buyer picks them",
     .minutes = 7,
     .notes = kComment | kQuote | kGap,
     .script = "Do not let a sentence start with \"they don't\".",
     .prompt = "Their strengths as the buyer sees them, and where choosing them leaves the buyer "
               "exposed."},
    {.key = "position",
     .name = "Choose plays",
     .minutes = 8,
     .notes = kDecision | kIdea | kComment,
     .script = "One live deal at a time. Read the test question of the play before it is set.",
     .prompt = "Owner of the deal: set the play and say why."},
    {.key = "counter",
     .name = "Answers",
     .minutes = 8,
     .notes = kToAsk | kIdea | kGap | kComment,
     .script = "Ask for questions before claims.",
     .prompt = "Questions to put to the buyer, proof that we have, and one thing we will not say."},
    {.key = "commit",
     .name = "Who keeps the page",
     .minutes = 5,
     .notes = kDecision | kComment,
     .script = "One keeper, one review date, the deals on which it is tried.",
     .prompt = "Promise to keep the page, or to try an answer, and by when."},
    {.key = "close",
     .name = "Thank",
     .minutes = 2,
     .notes = kComment,
     .script = "Ask for one thanks and name who leads next.",
     .prompt = "Thank somebody for what they brought."},
};

constexpr StageRow kMessagingWorkshop[] = {
    {.key = "open",
     .name = "Whom is it for",
     .minutes = 3,
     .notes = kRule | kDecision | kComment,
     .script = "Say who may replay. Fix one role that the message is for.",
     .prompt = "Who exactly shall recognise themselves in this message?"},
    {.key = "customer_words",
     .name = "Their sentences",
     .minutes = 8,
     .visibility = kPrivate,
     .notes = kQuote,
     .script = "Only what customers said, word for word. Nothing of ours.",
     .prompt =
         "Sentences you heard: how it is today, what it costs, what they wish for, a number."},
    {.key = "cluster",
     .name = "Patterns",
     .minutes = 6,
     .notes = kComment | kDecision,
     .dots = 2,
     .script = "Reveal and group. Then two dots each for the strongest patterns.",
     .prompt = "Group sentences that mean the same and dot the two strongest groups."},
    {.key = "draft",
     .name = "Write in pairs",
     .minutes = 12,
     .visibility = kPrivate,
     .notes = kIdea | kQuote | kGap | kComment,
     .script = "One field at a time. Say when to move to the next.",
     .prompt = "Today, the cost of staying, the better state, measures, needs, why us, proof: "
               "short, in the customer's words."},
    {.key = "swap_test",
     .name = "Other pair reads",
     .minutes = 10,
     .notes = kTalk | kGap,
     .script = "Reveal. Each pair reads another pair's draft and gives four marks.",
     .prompt =
         "Is it clear? Could a rival say it too? Can we prove it? Would our buyer repeat it?"},
    {.key = "rewrite",
     .name = "Mend",
     .minutes = 8,
     .visibility = kPrivate,
     .notes = kIdea | kComment,
     .script = "The shortest version that keeps its sense wins.",
     .prompt = "Mend your own draft with the marks you got."},
    {.key = "say_it",
     .name = "Aloud",
     .minutes = 8,
     .notes = kComment | kWorks,
     .practice = true,
     .script = "Reveal. Forty seconds each to somebody who plays the buyer.",
     .prompt = "Buyer: write what stayed with you, in the words that stayed."},
    {.key = "publish",
     .name = "Choose",
     .minutes = 3,
     .notes = kDecision | kComment,
     .dots = 3,
     .script = "Dots, then one keeper, three deals to try it on, and a review date.",
     .prompt = "Which version goes out on trial?"},
    {.key = "close",
     .name = "Thank",
     .minutes = 2,
     .notes = kComment,
     .script = "Ask for one thanks and name who leads next.",
     .prompt = "Thank somebody for a sentence they gave away."},
};

constexpr TemplateRow kTemplates[] = {
    {.id = "competitor_tactics_45",
     .name = "Competitor tactics",
     .minutes = 45,
     .topic_kind = v1::TOPIC_KIND_COMPETITOR_TACTICS,
     .stages = kCompetitorTactics},
    {.id = "messaging_workshop_60",
     .name = "Messaging workshop",
     .minutes = 60,
     .topic_kind = v1::TOPIC_KIND_PROPOSITION_MESSAGING,
     .stages = kMessagingWorkshop},
};

}  // namespace

std::span<const TemplateRow> market_templates() {
  return kTemplates;
}

}  // namespace swarmboard::board
