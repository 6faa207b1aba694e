// trap_cases(): each trap of merging with protobuf as a case for both languages.
#include <utility>

#include "server/board/patch_builder.h"
#include "tests/support/vector_case.h"

namespace swarmboard::testing {
namespace {

using board::change;
using board::create;

// A board with one record of everything that the traps need.
board::State trap_board() {
  v1::Patch patch;
  auto& note = create<v1::Note>(patch, "n1");
  note.set_kind(v1::NOTE_KIND_IDEA);
  note.set_text("As it was");
  note.set_late(true);
  note.mutable_refs()->add_items("r1");
  note.mutable_refs()->add_items("r2");
  create<v1::Participant>(patch, "ben").set_present(true);
  auto& rules = *create<v1::Team>(patch, "north").mutable_rules();
  rules.set_seat_grace_s(60);
  rules.set_anonymity_min(5);
  auto& topic = *create<v1::Session>(patch, "s1").mutable_topic();
  topic.set_title("Why we lose");
  topic.set_deal_id("d1");
  board::State state;
  for (const v1::Upsert& upsert : patch.upsert()) {
    state.put(std::make_shared<v1::Record>(upsert.record()));
  }
  return state;
}

template <class Fill>
VectorCase trap(std::string name, Fill fill) {
  VectorCase one{std::move(name), trap_board(), {}};
  fill(one.patch);
  return one;
}

void add_value_traps(std::vector<VectorCase>& cases) {
  cases.push_back(trap("false takes the place of true", [](v1::Patch& patch) {
    change<v1::Participant>(patch, "ben").set_present(false);
  }));
  cases.push_back(trap("zero takes the place of a number", [](v1::Patch& patch) {
    change<v1::Team>(patch, "north").mutable_rules()->set_seat_grace_s(0);
  }));
  cases.push_back(trap("an empty text takes the place of a text",
                       [](v1::Patch& patch) { change<v1::Note>(patch, "n1").set_text(""); }));
  cases.push_back(trap("a list is replaced, not lengthened", [](v1::Patch& patch) {
    change<v1::Note>(patch, "n1").mutable_refs()->add_items("r3");
  }));
  cases.push_back(trap("an empty list empties",
                       [](v1::Patch& patch) { change<v1::Note>(patch, "n1").mutable_refs(); }));
  cases.push_back(trap("the same list twice is the list once", [](v1::Patch& patch) {
    for (int i = 0; i < 2; ++i) {
      change<v1::Note>(patch, "n1").mutable_refs()->add_items("r3");
    }
  }));
  cases.push_back(trap("a message is replaced as a whole", [](v1::Patch& patch) {
    change<v1::Session>(patch, "s1").mutable_topic()->set_title("Another");
  }));
  cases.push_back(trap("a field-wise message keeps its other fields", [](v1::Patch& patch) {
    change<v1::Team>(patch, "north").mutable_rules()->set_anonymity_min(4);
  }));
  cases.push_back(trap("a field-wise message that was not there", [](v1::Patch& patch) {
    create<v1::Team>(patch, "south").set_name("South");
    change<v1::Team>(patch, "south").mutable_rules()->set_anonymity_min(4);
  }));
  cases.push_back(trap("an empty field-wise message changes nothing",
                       [](v1::Patch& patch) { change<v1::Team>(patch, "north").mutable_rules(); }));
}

void add_clear_traps(std::vector<VectorCase>& cases) {
  cases.push_back(trap("clear", [](v1::Patch& patch) {
    change<v1::Note>(patch, "n1", {v1::Note::kLateFieldNumber, v1::Note::kRefsFieldNumber});
  }));
  cases.push_back(trap("clear comes before set", [](v1::Patch& patch) {
    change<v1::Note>(patch, "n1", {v1::Note::kTextFieldNumber}).set_text("Anew");
  }));
  cases.push_back(trap("clear, then a field-wise message starts afresh", [](v1::Patch& patch) {
    change<v1::Team>(patch, "north", {v1::Team::kRulesFieldNumber})
        .mutable_rules()
        ->set_votes_per_person(2);
  }));
  cases.push_back(trap("clear of an unknown number is passed over", [](v1::Patch& patch) {
    change<v1::Note>(patch, "n1", {999}).set_text("Anew");
  }));
  cases.push_back(trap("unknown fields are dropped", [](v1::Patch& patch) {
    auto& note = change<v1::Note>(patch, "n1");
    note.set_text("Anew");
    note.GetReflection()->MutableUnknownFields(&note)->AddVarint(999, 7);
  }));
  cases.push_back(trap("unknown fields of a new record are dropped", [](v1::Patch& patch) {
    auto& topic = *create<v1::Session>(patch, "s2").mutable_topic();
    topic.GetReflection()->MutableUnknownFields(&topic)->AddLengthDelimited(998, "x");
  }));
}

void add_record_traps(std::vector<VectorCase>& cases) {
  cases.push_back(trap("create replaces a record as a whole", [](v1::Patch& patch) {
    create<v1::Note>(patch, "n1").set_kind(v1::NOTE_KIND_COMMENT);
  }));
  cases.push_back(trap("the same id in two kinds is two records", [](v1::Patch& patch) {
    create<v1::Objection>(patch, "n1").set_as_heard("Too dear");
  }));
  cases.push_back(trap("only_for is left alone without set_only_for", [](v1::Patch& patch) {
    create<v1::Note>(patch, "n2").set_text("Mine");
    patch.mutable_upsert()->rbegin()->mutable_record()->mutable_only_for()->add_items("ben");
    change<v1::Note>(patch, "n2").set_text("Still mine");
  }));
  cases.push_back(trap("set_only_for without only_for makes public", [](v1::Patch& patch) {
    create<v1::Note>(patch, "n2").set_text("Mine");
    patch.mutable_upsert()->rbegin()->mutable_record()->mutable_only_for()->add_items("ben");
    change<v1::Note>(patch, "n2");
    patch.mutable_upsert()->rbegin()->set_set_only_for(true);
  }));
  cases.push_back(trap("an unknown word of an enum is kept", [](v1::Patch& patch) {
    change<v1::Note>(patch, "n1").set_kind(static_cast<v1::NoteKind>(4711));
  }));
  cases.push_back(trap("big numbers keep every digit", [](v1::Patch& patch) {
    change<v1::Session>(patch, "s1").set_started_at_ms(9'007'199'254'740'993);
  }));
  cases.push_back(trap("characters beyond the first plane", [](v1::Patch& patch) {
    change<v1::Note>(patch, "n1").set_text("\U0001F9ED \u00fc \u2028");
  }));
  cases.push_back(trap("removals come after the upserts", [](v1::Patch& patch) {
    change<v1::Note>(patch, "n1").set_text("In vain");
    board::remove<v1::Note>(patch, "n1");
  }));
  cases.push_back(trap("a change of a missing record is a misfit", [](v1::Patch& patch) {
    change<v1::Note>(patch, "n1").set_text("Not this either");
    change<v1::Note>(patch, "gone").set_text("Nowhere");
  }));
  cases.push_back(trap("a removal of a missing record is a misfit", [](v1::Patch& patch) {
    change<v1::Note>(patch, "n1").set_text("Not this either");
    board::remove<v1::Note>(patch, "gone");
  }));
  cases.push_back(trap("removing twice is a misfit", [](v1::Patch& patch) {
    board::remove<v1::Note>(patch, "n1");
    board::remove<v1::Note>(patch, "n1");
  }));
}

}  // namespace

std::vector<VectorCase> trap_cases() {
  std::vector<VectorCase> cases;
  add_value_traps(cases);
  add_clear_traps(cases);
  add_record_traps(cases);
  return cases;
}

}  // namespace swarmboard::testing
