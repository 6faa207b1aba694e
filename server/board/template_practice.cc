// Templates that end in something said aloud: objections and how-to.
#include "server/board/template_rows.h"

namespace swarmboard::board {
namespace {

constexpr StageRow kObjectionClinic[] = {
    {.key = "open",
     .name = "What happened since",
     .minutes = 3,
     .notes = kRule | kComment,
     .script = "Say who may replay. Go through the promises that are due and the outcomes that "
               "were logged.",
     .prompt = "Mark your promises as kept or move their date, and log what your last answer did "
               "with the customer."},
    {.key = "collect",
     .name = "As heard",
     .minutes = 6,
     .visibility = kPrivate,
     .notes = kQuote,
     .script = "Word for word, as the customer said it. No answers yet.",
     .prompt = "One to three objections: the sentence, who said it, at which stage, on which "
               "deal."},
    {.key = "sort",
     .name = "Merge and choose",
     .minutes = 5,
     .notes = kDecision | kComment,
     .dots = 3,
     .script = "Reveal. Merge equal ones, link them to the library, then three dots each.",
     .prompt = "Which two do we most need an answer for?"},
    {.key = "explore",
     .name = "What is behind it",
     .minutes = 7,
     .notes = kToAsk | kComment | kQuote | kGap,
     .script = "Still no answers. Keep asking what the person who said it is afraid of.",
     .prompt = "Name the real concern and its nature, and write questions that would find out."},
    {.key = "respond",
     .name = "Write answers",
     .minutes = 10,
     .visibility = kPrivate,
     .notes = kIdea | kToAsk | kComment | kGap,
     .script = "Five minutes of writing, then reveal; use the rest to build on what is there.",
     .prompt = "Acknowledge, ask, say. Add the proof you have and name the proof that is missing."},
    {.key = "drill",
     .name = "Say it",
     .minutes = 8,
     .notes = kComment | kToAsk | kWorks,
     .practice = true,
     .script = "Two drills. The observer scores listening, acknowledging, exploring, responding.",
     .prompt = "Seller, buyer, observer. Afterwards mend the wording with what you heard."},
    {.key = "publish",
     .name = "Try",
     .minutes = 4,
     .notes = kDecision | kComment,
     .dots = 2,
     .script = "Two dots each. Each answer that goes out gets a keeper.",
     .prompt = "Publish on trial, and promise where you will try it."},
    {.key = "close",
     .name = "Thank",
     .minutes = 2,
     .notes = kComment,
     .script = "Ask for one thanks and name who leads next.",
     .prompt = "Thank somebody, and tell the facilitator how it was."},
};

constexpr StageRow kHowTo[] = {
    {.key = "open",
     .name = "One skill",
     .minutes = 2,
     .notes = kRule | kComment,
     .script = "Say who may replay. Name the skill and the person who shows it.",
     .prompt = "What do we want to be able to do afterwards?"},
    {.key = "need",
     .name = "What is hard",
     .minutes = 5,
     .visibility = kAnonymous,
     .notes = kUnsaid | kQuestion,
     .script = "Ask for everybody's confidence from one to five as well. Then reveal; nobody "
               "guesses who wrote what.",
     .prompt = "What is hard about it for you? No name is kept, but wording can give you away."},
    {.key = "show",
     .name = "One real case",
     .minutes = 10,
     .notes = kStep | kTalk,
     .script = "Keep it to one case that really happened.",
     .prompt = "Watch, note the steps you see, and write your questions while they are fresh."},
    {.key = "extract",
     .name = "Make the recipe",
     .minutes = 6,
     .notes = kStep | kWorks | kIdea | kComment,
     .script = "When to use it, the steps, the words, what to watch out for.",
     .prompt = "Turn the case into a recipe that somebody who was not here can follow."},
    {.key = "practise",
     .name = "Trios",
     .minutes = 10,
     .notes = kComment | kWorks,
     .practice = true,
     .script = "Three rounds of three minutes; change parts after each.",
     .prompt = "Seller, buyer, observer. Observer: one thing to keep, one thing to try."},
    {.key = "publish",
     .name = "Keep",
     .minutes = 4,
     .notes = kDecision | kComment,
     .script = "The recipe goes out on trial with a keeper.",
     .prompt = "Where will you use it first, and by when?"},
    {.key = "close",
     .name = "Confidence after",
     .minutes = 3,
     .visibility = kAnonymous,
     .notes = kComment | kUnsaid,
     .script = "Ask for confidence again and show before and after. Ask for one thanks and name "
               "who leads next.",
     .prompt = "Your confidence from one to five now, and thanks to somebody."},
};

constexpr TemplateRow kTemplates[] = {
    {.id = "objection_clinic_45",
     .name = "Objection clinic",
     .minutes = 45,
     .topic_kind = v1::TOPIC_KIND_OBJECTION_HANDLING,
     .stages = kObjectionClinic},
    {.id = "how_to_40",
     .name = "How-to session",
     .minutes = 40,
     .topic_kind = v1::TOPIC_KIND_HOW_TO,
     .stages = kHowTo},
};

}  // namespace

std::span<const TemplateRow> practice_templates() {
  return kTemplates;
}

}  // namespace swarmboard::board
