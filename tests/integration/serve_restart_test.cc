// What a kill and a restart keep: everything that anybody saw as saved, exactly once.
#include <set>
#include <signal.h>

#include <gtest/gtest.h>

#include "tests/integration/child_server.h"
#include "tests/integration/demo_member.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::integration {
namespace {

TEST(ServeRestart, KillKeepsWhatWasAcknowledgedExactlyOnce) {
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo"}));
  load_sample_team(server);
  const auto ben = std::make_unique<DemoMember>(server, "ben");
  ASSERT_TRUE(ben->connect());
  ASSERT_TRUE(begin_session(*ben, "s1"));

  // Number 1 started the stage.
  static constexpr std::uint64_t kAcknowledged = 20;
  static constexpr std::uint64_t kSent = 40;
  for (std::uint64_t number = 2; number <= kAcknowledged; ++number) {
    ben->submit(2, write_note("n" + std::to_string(number), "note"), number);
    ASSERT_GT(ben->wait_for_echo(number), 0U);
  }
  // These are on their way when the server dies.
  for (std::uint64_t number = kAcknowledged + 1; number <= kSent; ++number) {
    ben->submit(2, write_note("n" + std::to_string(number), "note"), number);
  }
  EXPECT_EQ(server.end(SIGKILL), 128 + SIGKILL);

  // The same client comes back and sends all that was not acknowledged again.
  ASSERT_TRUE(server.start({"--demo"}));
  ASSERT_TRUE(ben->connect());
  const auto joined = ben->join(2, "s1");
  ASSERT_TRUE(joined.has_value());
  EXPECT_GE(joined->last_cmd_no(), kAcknowledged);
  for (std::uint64_t number = joined->last_cmd_no() + 1; number <= kSent; ++number) {
    ben->submit(2, write_note("n" + std::to_string(number), "note"), number);
    ASSERT_GT(ben->wait_for_echo(number), 0U);
  }

  const net::HttpAnswer answer = server.get("/api/sessions/s1/events?from=1", ben->cookie());
  ASSERT_EQ(answer.status, 200U);
  v1::EventPage page;
  ASSERT_TRUE(page.ParseFromString(answer.body));
  std::multiset<std::string> notes;
  for (const v1::Event& event : page.events()) {
    if (event.intent().has_edit_record()) {
      notes.insert(event.intent().edit_record().record().id());
    }
  }
  EXPECT_EQ(notes.size(), kSent - 1);
  EXPECT_EQ(std::set<std::string>(notes.begin(), notes.end()).size(), kSent - 1);
}

TEST(ServeRestart, VerifyFindsNothingAfterAStopAndAfterAKill) {
  ChildServer server;
  for (const int signal : {SIGTERM, SIGKILL}) {
    ASSERT_TRUE(server.start({"--demo"}));
    if (signal == SIGTERM) {
      load_sample_team(server);
    }
    DemoMember ben(server, "ben");
    ASSERT_TRUE(ben.connect());
    ASSERT_TRUE(ben.join(1, "").has_value());
    const std::string session = "s" + std::to_string(signal);
    ASSERT_GT(ben.wait_for_echo(ben.submit(1, open_session(session))), 0U);
    server.end(signal);
    const Finished verified =
        run_program({"verify", "--data", (server.folder() / "data").string()});
    EXPECT_EQ(verified.code, 0) << verified.output;
    EXPECT_NE(verified.output.find("team/" + session + ": 1 events"), std::string::npos)
        << verified.output;
  }
}

TEST(ServeRestart, ASecondSignalEndsItAtOnceAndLosesNothing) {
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo"}));
  load_sample_team(server);
  server.send(SIGTERM);
  server.send(SIGINT);
  server.wait();
  ASSERT_TRUE(server.start({"--demo"}));
  const net::HttpAnswer members = server.get("/api/demo/members");
  EXPECT_NE(members.body.find("\"cleo\""), std::string::npos) << members.body;
}

TEST(ServeRestart, VerifySaysWhenThereIsNothing) {
  EXPECT_EQ(run_program({"verify", "--data", "/nowhere/at/all"}).code, 1);
}

}  // namespace
}  // namespace swarmboard::integration
