#include <set>

#include <gtest/gtest.h>

#include "server/app/play/script.h"
#include "server/app/play/script_commands.h"

namespace swarmboard::play {
namespace {

// What is wrong with a script of these lines; empty when nothing is.
std::string error_of(const std::string& text) {
  const auto script = parse_script(text, "s.jsonl");
  return script ? "" : script.error().what;
}

std::string line(const std::string& action, const std::string& args, int t_ms = 0) {
  return R"({"t_ms":)" + std::to_string(t_ms) + R"(,"actor":"ben","action":")" + action +
         R"(","args":)" + args + "}\n";
}

Deed deed_of(const std::string& action, const std::string& args) {
  const auto script = parse_script(line(action, args), "s.jsonl");
  if (!script) {
    ADD_FAILURE() << script.error().what;
    return {};
  }
  return *to_deed(script->actions.front());
}

TEST(Script, ReadsActionsInOrderAndSkipsEmptyLines) {
  const auto script = parse_script(
      line("session.rejoin", "{}", 5) + "\n  \n" + line("session.close", "{}", 9), "s.jsonl");
  ASSERT_TRUE(script);
  ASSERT_EQ(script->actions.size(), 2U);
  EXPECT_EQ(script->actions[1].name, "session.close");
  EXPECT_EQ(script->actions[1].t_ms, 9);
  EXPECT_EQ(script->actions[1].line, 4);
}

TEST(Script, NamesFileAndLineOfBadInput) {
  const std::string good = line("session.rejoin", "{}", 7);
  EXPECT_EQ(error_of(good + "{oops").substr(0, 26), "s.jsonl:2: not valid JSON:");
  EXPECT_EQ(error_of("[]"), "s.jsonl:1: a line must be a JSON object");
  EXPECT_EQ(error_of(good + line("session.close", "{}", 6)),
            "s.jsonl:2: \"t_ms\" falls from 7 to 6");
  EXPECT_EQ(error_of(line("deal.win", "{}")), "s.jsonl:1: unknown action \"deal.win\"");
  EXPECT_EQ(error_of(line("stage.start", R"({"stage":"open","when":"now"})")),
            "s.jsonl:1: unknown argument \"when\"");
  EXPECT_EQ(error_of(line("stage.start", "{}")), "s.jsonl:1: argument \"stage\" is missing");
  EXPECT_EQ(error_of(line("session.join", R"({"role":"KING","accepts_replay_audience":"TEAM"})")),
            "s.jsonl:1: \"KING\" is not a SessionRole (in \"role\"); it may be CLIENT, SCRIBE, "
            "TIMEKEEPER, REVIEWER, OBSERVER, GUEST, REP");
  EXPECT_EQ(error_of(line("stage.start", R"({"stage":7})")), "s.jsonl:1: \"stage\" must be a text");
  EXPECT_EQ(error_of(line("stage.start", R"("open")")), "s.jsonl:1: \"args\" must be an object");
  EXPECT_EQ(error_of(line("stage.extend", R"({"add_min":-1})")),
            "s.jsonl:1: \"add_min\" must be a whole number, 0 or more");
  EXPECT_EQ(error_of(""), "s.jsonl:1: there is no action in it");
}

TEST(Script, ChecksTheFrameOfALine) {
  EXPECT_EQ(error_of(R"({"actor":"ben","action":"session.close","args":{}})"),
            "s.jsonl:1: \"t_ms\" must be a whole number, 0 or more");
  EXPECT_EQ(error_of(R"({"t_ms":-4,"actor":"ben","action":"session.close","args":{}})"),
            "s.jsonl:1: \"t_ms\" must be a whole number, 0 or more");
  EXPECT_EQ(error_of(R"({"t_ms":0,"action":"session.close","args":{}})"),
            "s.jsonl:1: \"actor\" is missing");
  EXPECT_EQ(error_of(R"({"t_ms":0,"actor":"","action":"session.close"})"),
            "s.jsonl:1: \"actor\" must be a text that is not empty");
  EXPECT_EQ(error_of(R"({"t_ms":0,"actor":"ben","action":"session.close","who":"x"})"),
            "s.jsonl:1: unknown key \"who\"");
  EXPECT_EQ(error_of(R"({"t_ms":0,"actor":"ben","action":"session.close","_why":"x"})"), "");
}

TEST(Script, ExpectationsAreReadAndStripped) {
  const auto script = parse_script(
      line("facilitator.claim", R"({"_expect":"REJECT:SEAT_RESERVED","_note":"early"})") +
          line("nextstep.set",
               R"({"deal_id":"d","buyer_action":"Signs","_expect":"FLAG:CONTINUATION"})") +
          line("note.add", R"({"kind":"UNSAID","text":"x","_expect":"JOURNAL:NO_AUTHOR"})"),
      "s.jsonl");
  ASSERT_TRUE(script) << script.error().what;
  EXPECT_EQ(script->actions[0].expect.kind, Expectation::Kind::Refused);
  EXPECT_EQ(script->actions[0].expect.reason, v1::REJECT_REASON_SEAT_RESERVED);
  EXPECT_TRUE(script->actions[0].args.empty());
  EXPECT_EQ(script->actions[1].expect.kind, Expectation::Kind::StepClass);
  EXPECT_EQ(script->actions[1].expect.step_class, v1::STEP_CLASS_CONTINUATION);
  EXPECT_EQ(script->actions[2].expect.kind, Expectation::Kind::NoAuthor);
  EXPECT_NE(error_of(line("session.close", R"({"_expect":"MAYBE"})")).find("is not known"),
            std::string::npos);
  EXPECT_NE(error_of(line("session.close", R"({"_expect":"REJECT:BORING"})")).find("BORING"),
            std::string::npos);
}

TEST(Script, MomentsAreMinutesAndSeconds) {
  EXPECT_EQ(*parse_moment("12:20"), 740'000);
  EXPECT_EQ(*parse_moment("00:05"), 5'000);
  EXPECT_EQ(*parse_moment("1:02:30"), 3'750'000);
  for (const char* nonsense : {"", "12", "12:60", "a:b", "12:20:10:1", ":30", "-1:00"}) {
    EXPECT_FALSE(parse_moment(nonsense)) << nonsense;
  }
  EXPECT_EQ(format_moment(740'000), "12:20");
  EXPECT_EQ(format_moment(3'750'999), "62:30");
}

TEST(Script, TimesAreUtc) {
  EXPECT_EQ(*parse_utc("2025-05-13T09:00:00Z"), 1'747'126'800'000);
  for (const char* nonsense : {"2025-05-13", "2025-02-30T09:00:00Z", "2025-05-13T24:00:00Z",
                               "2025-05-13 09:00:00Z", "2025-05-13T09:00:00+02"}) {
    EXPECT_FALSE(parse_utc(nonsense)) << nonsense;
  }
}

TEST(ScriptCommands, EveryKnownActionIsNamedOnce) {
  const auto names = known_actions();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  EXPECT_GE(names.size(), 60U);
}

TEST(ScriptCommands, TheActionsOfPracticeNameTheirRecords) {
  const Deed tag =
      deed_of("reason.tag", R"({"review":"w1","code":"PRICE.VALUE_NOT_SHOWN","weight":3})");
  EXPECT_EQ(tag.command.edit_record().record().reason_tag().code(),
            v1::REASON_CODE_PRICE_VALUE_NOT_SHOWN);
  const Deed agree = deed_of("review.agree", R"({"review":"w1","primary":"BUYING.NO_URGENCY"})");
  EXPECT_EQ(agree.command.edit_record().record().id(), "w1");
  EXPECT_FALSE(agree.command.edit_record().create());
  const Deed answer = deed_of("answer.add", R"({"competitor_id":"c1","text":"Ask first"})");
  EXPECT_EQ(answer.command.edit_record().record().competitor_point().on(), "c1");
  EXPECT_TRUE(deed_of("target.progress", R"({"period":"q1","member":"ben"})").in_library);
  EXPECT_EQ(error_of(line("experiment.open", R"({"id":"e1","hypothesis":"If"})")),
            "s.jsonl:1: argument \"change\" is missing");
  EXPECT_EQ(error_of(line("review.publish", R"({"one_change":"Ask"})")),
            "s.jsonl:1: argument \"id\" is missing");
  EXPECT_EQ(error_of(line("review.finding", R"({"review":"w1","kind":"DROP","text":"x"})")),
            "s.jsonl:1: \"DROP\" is not a FindingKind (in \"kind\"); it may be KEEP, CHANGE, TRY");
}

TEST(ScriptCommands, ANoteIsANewRecord) {
  const Deed deed =
      deed_of("note.add", R"({"id":"n1","kind":"IDEA","text":"Ask her","refs":["o1","o2"]})");
  const auto& edit = deed.command.edit_record();
  EXPECT_TRUE(edit.create());
  EXPECT_EQ(edit.record().id(), "n1");
  EXPECT_EQ(edit.record().note().kind(), v1::NOTE_KIND_IDEA);
  EXPECT_EQ(edit.record().note().refs().items_size(), 2);
  EXPECT_FALSE(deed.anonymous);
  EXPECT_TRUE(deed_of("note.add", R"({"kind":"UNSAID","text":"Ask","anonymous":true})").anonymous);
  EXPECT_EQ(error_of(line("note.add", R"({"id":"n1","kind":"IDEA"})")),
            "s.jsonl:1: argument \"text\" is missing");
}

TEST(ScriptCommands, AnAnswerAndABuildNameTheirCard) {
  const Deed answer = deed_of("note.answer", R"({"on":"n1","text":"No"})");
  EXPECT_EQ(answer.command.edit_record().record().note().answers(), "n1");
  EXPECT_EQ(answer.command.edit_record().record().note().kind(), v1::NOTE_KIND_ANSWER);
  EXPECT_TRUE(answer.command.edit_record().record().id().empty());
  const Deed build = deed_of("note.build", R"({"id":"n2","on":"n1","text":"And then"})");
  EXPECT_EQ(build.command.edit_record().record().note().builds_on(), "n1");
  EXPECT_FALSE(build.command.edit_record().record().note().has_kind());
  EXPECT_EQ(error_of(line("note.answer", R"({"text":"No"})")),
            "s.jsonl:1: argument \"on\" is missing");
}

TEST(ScriptCommands, EditsAndRemovalsNameTheirRecord) {
  const Deed edit = deed_of("response.edit", R"({"id":"r1","say":"Shorter"})");
  EXPECT_FALSE(edit.command.edit_record().create());
  EXPECT_EQ(edit.command.edit_record().record().response().say(), "Shorter");
  const Deed removal = deed_of("note.remove", R"({"id":"n1"})");
  EXPECT_EQ(removal.command.remove_record().target().kind(), v1::Record::kNote);
  EXPECT_EQ(error_of(line("note.edit", R"({"text":"x"})")),
            "s.jsonl:1: argument \"id\" is missing");
  EXPECT_EQ(error_of(line("note.remove", R"({"id":"n1","text":"x"})")),
            "s.jsonl:1: unknown argument \"text\"");
}

TEST(ScriptCommands, AStakeholderIsPartOfTheCommand) {
  const Deed deed = deed_of(
      "stakeholder.set",
      R"({"deal_id":"d1","id":"st1","name":"Nora","roles":["COACH","USER_BUYER"],"influence":2})");
  const auto& set = deed.command.set_stakeholder();
  EXPECT_EQ(set.deal_id(), "d1");
  EXPECT_EQ(set.id(), "st1");
  EXPECT_EQ(set.stakeholder().roles().items_size(), 2);
  EXPECT_EQ(set.stakeholder().influence(), 2U);
}

TEST(ScriptCommands, AnOpeningKnowsItsTime) {
  const std::string args =
      R"({"session_id":"s1","team_id":"t","started_at":"2025-05-13T09:00:00Z",)"
      R"("template_id":"deal_swarm_50","topic":{"kind":"HOW_TO","title":"x"},)"
      R"("replay_audience":"TEAM"})";
  const Deed deed = deed_of("session.open", args);
  EXPECT_EQ(deed.kind, Deed::Kind::OpenSession);
  EXPECT_EQ(deed.started_at_ms, 1'747'126'800'000);
  EXPECT_EQ(deed.command.open_session().topic().kind(), v1::TOPIC_KIND_HOW_TO);
  EXPECT_NE(error_of(line("session.open", R"({"session_id":"s1"})")).find("started_at"),
            std::string::npos);
}

TEST(ScriptFixture, BecomesRecordsOfTheLibrary) {
  const Deed deed = deed_of(
      "fixture.load",
      R"({"team":{"id":"t","name":"Team"},"members":[{"id":"ben","name":"Ben","role":"REP"},)"
      R"({"id":"ada","name":"Ada","role":"MANAGER"}],"buddy_pairs":[{"id":"bp","a":"ben","b":"x"}],)"
      R"("target":{"id":"q2","starts":"2025-04-01","ends":"2025-06-30","team_target":10,)"
      R"("team_to_date":5,"members":{"ben":[300000,98000]}},)"
      R"("deals":[{"id":"d1","account":"A","owner":"ben","value":310000,"is_open":true}],)"
      R"("competitors":[{"id":"k1","name":"K","kind":"VENDOR"}],)"
      R"("objection_library":[{"id":"e1","title":"T","category":"BUDGET"}],)"
      R"("review_criteria":{"value_threshold":75000,"late_stage_from":"CHOOSING",)"
      R"("deadline_working_days":10},"rota":["ben"]})");
  EXPECT_EQ(deed.kind, Deed::Kind::Fixture);
  std::map<int, const v1::Record*> by_kind;
  for (const v1::Record& record : deed.command.load_fixture().records()) {
    by_kind[record.body_case()] = &record;
  }
  EXPECT_EQ(by_kind.size(), 9U);
  EXPECT_EQ(by_kind[v1::Record::kTeam]->team().rules().review_deadline_working_days(), 10U);
  EXPECT_TRUE(by_kind[v1::Record::kMember]->member().active());
  EXPECT_EQ(by_kind[v1::Record::kDeal]->deal().value(), 310'000);
  EXPECT_EQ(by_kind[v1::Record::kRota]->rota().order().items(0), "ben");
  EXPECT_EQ(by_kind[v1::Record::kObjectionEntry]->objection_entry().status(),
            v1::ENTRY_STATUS_OPEN);
  const v1::Record& progress = *by_kind[v1::Record::kMemberProgress];
  EXPECT_EQ(progress.id(), "q2/ben");
  EXPECT_EQ(progress.member_progress().to_date(), 98'000);
  ASSERT_EQ(progress.only_for().items_size(), 2);  // The manager and the member.
  EXPECT_EQ(progress.only_for().items(0), "ada");
}

TEST(ScriptFixture, NamesWhatIsWrong) {
  EXPECT_EQ(error_of(line("fixture.load", "{}")), "s.jsonl:1: argument \"team\" is missing");
  EXPECT_EQ(error_of(line("fixture.load", R"({"team":{"id":"t"},"cats":[]})")),
            "s.jsonl:1: unknown argument \"cats\"");
  EXPECT_EQ(error_of(line("fixture.load", R"({"team":{"id":"t"},"deals":[{"id":"d","size":4}]})")),
            "s.jsonl:1: in \"deals d\": unknown argument \"size\"");
  EXPECT_EQ(error_of(line("fixture.load", R"({"team":{"id":"t"},"members":[{"name":"B"}]})")),
            "s.jsonl:1: in \"members\": \"id\" is missing");
}

}  // namespace
}  // namespace swarmboard::play
