// Plays whole scripts against the real program and looks at what the members' clients received.
#include "server/app/play/play.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include <gtest/gtest.h>

#include "server/app/play/player.h"
#include "server/app/play/server_process.h"
#include "server/board/kinds.h"

namespace swarmboard::play {
namespace {

namespace fs = std::filesystem;

fs::path own_script(const std::string& name) {
  return fs::path(SWARMBOARD_SOURCE_DIR) / "tests/scripts" / (name + ".jsonl");
}

fs::path sample(const std::string& name) {
  return fs::path(SWARMBOARD_SOURCE_DIR) / "samples" / (name + ".jsonl");
}

// The two scripted sessions that are kept outside the repository; empty when they are not there.
fs::path fixture(const std::string& name) {
  const char* folder = std::getenv("SWARMBOARD_FIXTURES");
  const fs::path path =
      (folder != nullptr ? fs::path(folder)
                         : fs::path(SWARMBOARD_SOURCE_DIR) / "../shared/fixtures") /
      (name + ".jsonl");
  return fs::exists(path) ? path : fs::path();
}

Script load(const fs::path& path) {
  auto script = read_script(path.string());
  if (!script) {
    ADD_FAILURE() << script.error().what;
    return {};
  }
  return *script;
}

struct ScriptServer : ServerProcess {
  ScriptServer() : ServerProcess(SWARMBOARD_PROGRAM) { start(kScriptServer); }
};

// A server of its own and a player on it.
struct Stage {
  ScriptServer server;
  std::ostringstream out;
  Player player{server.url(), Pace{}, out};

  void play_whole(const Script& script) {
    player.begin(script);
    player.play_rest();
    player.finish();
  }

  void expect_no_differences() const {
    for (const std::string& sentence : player.differences()) {
      ADD_FAILURE() << sentence;
    }
  }
};

struct Played {
  int code = 0;
  std::string out;
  std::string err;
};

Played run(PlayOptions options) {
  options.program = SWARMBOARD_PROGRAM;
  std::ostringstream out;
  std::ostringstream err;
  Played result;
  result.code = play(options, out, err);
  result.out = out.str();
  result.err = err.str();
  return result;
}

template <class Body>
std::size_t count(const board::State& state) {
  std::size_t found = 0;
  state.each<Body>([&](const std::string&, const Body&) { ++found; });
  return found;
}

class PlayOwnScript : public ::testing::TestWithParam<const char*> {};

TEST_P(PlayOwnScript, HoldsEveryExpectation) {
  Stage stage;
  stage.play_whole(load(own_script(GetParam())));
  stage.expect_no_differences();
}

INSTANTIATE_TEST_SUITE_P(Scripts, PlayOwnScript,
                         ::testing::Values("anonymous", "audience", "off-record", "practice",
                                           "refusals"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST(PlayByStages, WaitsForALineBeforeEachStageAndBeforeTheClose) {
  PlayOptions options;
  options.scripts = {own_script("refusals").string()};
  std::istringstream no_lines;
  options.steps = &no_lines;
  const Played played = run(options);
  EXPECT_EQ(played.code, kExitAsExpected) << played.out << played.err;
  EXPECT_NE(played.out.find("-- waits before the next stage\n"), std::string::npos);
  EXPECT_NE(played.out.find("stage.start ok"), std::string::npos);
}

TEST(PlaySamples, PlayOnAnEmptyServerOneAfterTheOther) {
  Stage stage;
  const Script past = load(sample("past-session"));
  const Script live = load(sample("live-session"));
  stage.play_whole(past);
  stage.player.begin(live);
  stage.player.play_rest();
  const BoardSummary board = stage.player.summary_of("mira");
  EXPECT_EQ(board.stage, "respond");
  EXPECT_EQ(board.seat, "held by leila");
  EXPECT_EQ(board.hidden.at("respond"), 2U);
  EXPECT_EQ(board.tallies.at("pick").at("h1"), 5U);
  stage.player.finish();
  stage.expect_no_differences();
}

TEST(PlayAnonymous, NobodyReceivesATextBeforeTheRevealAndNobodyEverAName) {
  Stage stage;
  const Script script = load(own_script("anonymous"));
  stage.player.begin(script);
  stage.player.play_to(119'000);
  const std::string text = "I am afraid they laugh when I name the price.";
  for (const auto& [member, person] : stage.player.people()) {
    EXPECT_EQ(person->received().find(text), std::string::npos) << member;
    EXPECT_EQ(count<v1::Note>(stage.player.board_of(member)), 0U) << member;
    EXPECT_EQ(person->stream("quiet").sealed_counts.at("need"), 3U) << member;
  }
  stage.player.play_to(125'000);
  for (const auto& [member, person] : stage.player.people()) {
    std::size_t unsigned_cards = 0;
    stage.player.board_of(member).each<v1::Note>([&](const std::string& id, const v1::Note& note) {
      ++unsigned_cards;
      EXPECT_TRUE(note.anonymous()) << id;
      EXPECT_FALSE(note.has_author()) << id;
    });
    EXPECT_EQ(unsigned_cards, 3U) << member;
  }
  stage.player.play_rest();
  stage.player.finish();
  stage.expect_no_differences();
}

class PlayFirstSession : public ::testing::Test {
 protected:
  void SetUp() override {
    const fs::path path = fixture("session-1");
    if (path.empty()) {
      GTEST_SKIP() << "the fixtures are not here (SWARMBOARD_FIXTURES)";
    }
    script_ = load(path);
    stage_ = std::make_unique<Stage>();
    stage_->player.begin(script_);
  }

  Player& player() { return stage_->player; }

  void finish() {
    player().play_rest();
    player().finish();
    stage_->expect_no_differences();
  }

  Script script_;
  std::unique_ptr<Stage> stage_;
};

TEST_F(PlayFirstSession, HidesCardsUntilTheirReveal) {
  Player& player = this->player();
  player.play_to(8 * 60'000);
  EXPECT_EQ(player.summary_of("greta").hidden.at("brief"), 4U);
  EXPECT_EQ(player.summary_of("greta").counts.at("note"), 1);
  EXPECT_EQ(player.summary_of("hugo").counts.at("note"), 2);  // The rule, and his own question.
  EXPECT_EQ(player.person("greta").received().find("30 May the decision"), std::string::npos);

  player.play_to(544'000);
  int questions = 0;
  player.board_of("imelda").each<v1::Note>([&](const std::string&, const v1::Note& note) {
    questions += note.kind() == v1::NOTE_KIND_QUESTION && note.has_author() ? 1 : 0;
  });
  EXPECT_EQ(questions, 4);

  player.play_to(18 * 60'000);
  EXPECT_EQ(player.summary_of("imelda").hidden.at("diagnose"), 5U);
  EXPECT_EQ(count<v1::Blocker>(player.board_of("imelda")), 0U);
  EXPECT_EQ(player.person("imelda").received().find("Marit is a coach"), std::string::npos);
  player.play_to(1'130'000);
  EXPECT_EQ(count<v1::Blocker>(player.board_of("imelda")), 5U);
  EXPECT_EQ(count<v1::NoteGroup>(player.board_of("imelda")), 0U);
  player.play_to(1'151'000);
  EXPECT_EQ(count<v1::NoteGroup>(player.board_of("imelda")), 1U);
  finish();
}

TEST_F(PlayFirstSession, KeepsTheSeatForAMinuteAndThenForWhoeverClaimsIt) {
  Player& player = this->player();
  player.play_to(1'310'000);
  EXPECT_EQ(player.summary_of("ben").seat, "reserved for greta");
  player.play_to(1'323'000);
  EXPECT_EQ(player.summary_of("ben").seat, "vacant");
  player.play_to(1'325'000);
  EXPECT_EQ(player.summary_of("ben").seat, "held by hugo");
  player.play_to(1'540'000);
  EXPECT_EQ(player.summary_of("ben").seat, "held by hugo");
  EXPECT_TRUE(player.board_of("ben").get<v1::Participant>("greta")->present());
  player.play_rest();
  const std::map<std::string, std::int64_t> led{
      {"", 3'000}, {"greta", (37 * 60 + 2) * 1000}, {"hugo", (12 * 60 + 25) * 1000}};
  EXPECT_EQ(player.summary_of("jonas").seat_ms, led);
  finish();
}

TEST_F(PlayFirstSession, EndsWithADecisionPromisesAndAnAdvance) {
  Player& player = this->player();
  player.play_to(1'925'000);
  const BoardSummary voted = player.summary_of("farah");
  const std::map<std::string, std::uint32_t> dots{
      {"s1i1", 5}, {"s1i2", 2}, {"s1i3", 3}, {"s1i4", 5}, {"s1i5", 3}};
  EXPECT_EQ(voted.tallies.at("s1v1"), dots);
  EXPECT_EQ(voted.voters.at("s1v1"), 6U);

  player.play_rest();
  const board::State& end = player.board_of("jonas");
  int elements = 0;
  std::uint32_t levels = 0;
  end.each<v1::ScoreElement>([&](const std::string&, const v1::ScoreElement& element) {
    elements += element.level() > 0 ? 1 : 0;
    levels += element.level();
  });
  EXPECT_EQ(elements, 5);
  EXPECT_EQ(levels, 8U);
  EXPECT_EQ(end.get<v1::Deal>("d_silverfen")->stage(), v1::JOURNEY_STAGE_CHOOSING);
  end.each<v1::CompetitivePlay>([&](const std::string&, const v1::CompetitivePlay& play) {
    EXPECT_EQ(play.current(), play.strategy() == v1::STRATEGY_FRAGMENT);
  });
  int open_promises = 0;
  end.each<v1::Commitment>([&](const std::string&, const v1::Commitment& commitment) {
    open_promises += commitment.status() == v1::COMMITMENT_STATUS_OPEN ? 1 : 0;
  });
  EXPECT_EQ(open_promises, 5);
  const BoardSummary summary = player.summary_of("jonas");
  EXPECT_EQ(summary.next_steps, std::vector<std::string>{"d_silverfen: ADVANCE by 2025-05-20"});
  finish();
}

TEST(PlayFixtures, SecondSessionReachesItsCheckpoints) {
  const fs::path first_path = fixture("session-1");
  const fs::path path = fixture("session-2");
  if (first_path.empty() || path.empty()) {
    GTEST_SKIP() << "the fixtures are not here (SWARMBOARD_FIXTURES)";
  }
  Stage stage;
  const Script first = load(first_path);
  const Script script = load(path);
  stage.play_whole(first);
  Player& player = stage.player;
  player.begin(script);
  player.play_to(545'000);
  EXPECT_EQ(count<v1::Objection>(player.board_of("kavya")), 11U);
  player.play_to(600'000);
  int active = 0;
  player.board_of("kavya").each<v1::Objection>(
      [&](const std::string&, const v1::Objection& o) { active += o.has_merged_into() ? 0 : 1; });
  EXPECT_EQ(active, 9);
  EXPECT_EQ(count<v1::Objection>(player.board_of("kavya")), 11U);

  player.play_to(740'000);
  const auto first_vote = player.summary_of("ben").tallies.at("s2v1");
  EXPECT_EQ(first_vote.at("s2o4"), 7U);
  EXPECT_EQ(first_vote.at("s2o1"), 6U);
  EXPECT_EQ(first_vote.at("s2o2"), 3U);

  const std::size_t before = count<v1::Response>(player.board_of("ben"));
  player.play_to(1'555'000);
  EXPECT_EQ(count<v1::Response>(player.board_of("ben")), before);  // Kavya's reveal did nothing.
  EXPECT_EQ(player.summary_of("ben").hidden.at("respond"), 5U);
  player.play_to(1'560'000);
  EXPECT_EQ(count<v1::Response>(player.board_of("ben")), before + 5);

  player.play_to(2'420'000);
  const std::map<std::string, std::uint32_t> dots{
      {"s2r1", 7}, {"s2r2", 1}, {"s2r3", 2}, {"s2r4", 5}, {"s2r5", 1}};
  EXPECT_EQ(player.summary_of("hugo").tallies.at("s2v2"), dots);
  player.play_rest();
  const int by_manager =
      player.person("imelda").http().get("/api/sessions/s2/events?from=1").status;
  EXPECT_TRUE(by_manager == 404 || by_manager == 403) << by_manager;
  EXPECT_EQ(player.person("daniela").http().get("/api/sessions/s2/events?from=1").status, 200);
  player.finish();
  stage.expect_no_differences();
}

class PlayKill : public ::testing::TestWithParam<const char*> {};

// In the first minute, before a reveal, with hidden ballots, in the last second.
INSTANTIATE_TEST_SUITE_P(Moments, PlayKill, ::testing::Values("00:15", "08:59", "30:40", "48:19"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::erase(name, ':');
                           return name;
                         });

TEST_P(PlayKill, BoardAfterAKillIsTheBoardWithoutOne) {
  const Played done = run({.scripts = {sample("past-session").string()}, .kill_at = GetParam()});
  EXPECT_EQ(done.code, kExitAsExpected) << done.out << done.err;
  EXPECT_NE(done.out.find("is killed with a command in flight"), std::string::npos);
}

// Real time passes here, so events that are only for others are covered by ticks.
TEST(PlayPace, AFactorKeepsTheScriptsTime) {
  const Played done = run({.scripts = {sample("past-session").string()}, .pace = "x600"});
  EXPECT_EQ(done.code, kExitAsExpected) << done.out << done.err;
}

// A refusal may be lost with the server; the client still has the command, and is asked for it.
TEST(PlayKillAfterARefusal, NumbersGoOnWithoutAGap) {
  const Played done = run({.scripts = {own_script("refusals").string()}, .kill_at = "02:37"});
  EXPECT_EQ(done.code, kExitAsExpected) << done.out << done.err;
}

TEST(PlayCommand, SaysWhatDiffersAndExitsWithOne) {
  const fs::path path = fs::path(::testing::TempDir()) / "swarmboard-play-differs.jsonl";
  std::ofstream(path)
      << std::ifstream(sample("team")).rdbuf()
      << R"({"t_ms":5,"actor":"mira","action":"session.open","args":{)"
         R"("session_id":"s","started_at":"2025-03-03T10:00:00Z",)"
         R"("template_id":"deal_premortem_30","replay_audience":"TEAM",)"
         R"("topic":{"kind":"SPECIFIC_OPPORTUNITY","title":"x","deal_id":"calder"},)"
         R"("_expect":"REJECT:NOT_ALLOWED"}})"
      << "\n";
  const Played done = run({.scripts = {path.string()}, .at = {"00:01"}});
  fs::remove(path);
  EXPECT_EQ(done.code, kExitDiffers) << done.err;
  EXPECT_NE(done.out.find("should be refused NOT_ALLOWED, was ok"), std::string::npos) << done.out;
}

TEST(PlayCommand, RefusesWhatItCannotPlayWithASentence) {
  EXPECT_EQ(run({.scripts = {"/nowhere.jsonl"}}).code, kExitCannotPlay);
  const std::string script = sample("team").string();
  EXPECT_NE(run({.scripts = {script}, .pace = "fast"}).err.find("--pace"), std::string::npos);
  EXPECT_NE(run({.scripts = {script}, .at = {"noon"}}).err.find("--at"), std::string::npos);
  EXPECT_NE(run({.scripts = {script}, .kill_at = "x"}).err.find("--kill-at"), std::string::npos);
  EXPECT_NE(run({.scripts = {script}, .server = "ftp://x"}).err.find("--server"),
            std::string::npos);
  EXPECT_NE(run({.scripts = {script}, .server = "http://127.0.0.1:1", .kill_at = "00:10"})
                .err.find("--kill-at"),
            std::string::npos);
  EXPECT_EQ(run({.scripts = {script}, .server = "http://127.0.0.1:1"}).code, kExitCannotPlay);
}

}  // namespace
}  // namespace swarmboard::play
