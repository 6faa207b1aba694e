// A damaged journal under the real program: served in quarantine, told to everybody, and gone on
// with when the operator accepts the loss.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <regex>
#include <signal.h>

#include <gtest/gtest.h>

#include "tests/integration/child_server.h"
#include "tests/integration/demo_member.h"

#include "swarmboard/v1/event.pb.h"

namespace swarmboard::integration {
namespace {

namespace fs = std::filesystem;

class ServeDamage : public testing::Test {
 protected:
  static constexpr std::uint64_t kNotes = 20;

  // Two sessions with notes; those of `damaged` come last. Killed.
  void SetUp() override {
    ASSERT_TRUE(server_.start({"--demo"}));
    load_sample_team(server_);
    DemoMember cleo(server_, "cleo");
    write_session(cleo, "whole");
    ben_ = std::make_unique<DemoMember>(server_, "ben");
    write_session(*ben_, "damaged");
    const auto page = events("damaged");
    head_.set_epoch(1);
    head_.set_seq(page.events(page.events_size() - 1).seq());
    ASSERT_EQ(server_.end(SIGKILL), 128 + SIGKILL);
  }

  static void write_session(DemoMember& member, const std::string& session) {
    ASSERT_TRUE(member.connect());
    ASSERT_TRUE(begin_session(member, session));
    for (std::uint64_t number = 2; number <= kNotes; ++number) {
      member.submit(2, write_note(session + std::to_string(number), "a note"), number);
      ASSERT_GT(member.wait_for_echo(number), 0U);
    }
  }

  [[nodiscard]] fs::path data() const { return server_.folder() / "data"; }

  // The newest events of the last session are gone.
  void cut_the_log() {
    fs::path newest;
    for (const auto& file : fs::directory_iterator(data() / "journal")) {
      if (file.path().extension() == ".log" && (newest.empty() || file.path() > newest)) {
        newest = file.path();
      }
    }
    ASSERT_FALSE(newest.empty());
    fs::resize_file(newest, fs::file_size(newest) - 1'500);
  }

  [[nodiscard]] std::map<std::string, std::string> stored() const {
    std::map<std::string, std::string> files;
    for (const auto& file : fs::recursive_directory_iterator(data())) {
      const std::string name = fs::relative(file.path(), data()).string();
      if (file.is_regular_file() && !name.starts_with("quarantine")) {
        std::ifstream in(file.path(), std::ios::binary);
        files[name] = {std::istreambuf_iterator<char>(in), {}};
      }
    }
    return files;
  }

  [[nodiscard]] v1::EventPage events(const std::string& session) const {
    const net::HttpAnswer answer =
        server_.get("/api/sessions/" + session + "/events?from=1", ben_->cookie());
    v1::EventPage page;
    EXPECT_EQ(answer.status, 200U) << answer.body;
    EXPECT_TRUE(page.ParseFromString(answer.body));
    return page;
  }

  // The answer to a join with the position from before the damage.
  std::optional<v1::ServerFrame> come_back(std::uint32_t sub, const std::string& session) {
    v1::ClientFrame frame;
    frame.mutable_join()->set_sub(sub);
    frame.mutable_join()->set_session_id(session);
    *frame.mutable_join()->mutable_have() = head_;
    ben_->send(std::move(frame));
    return ben_->wait_for([sub](const v1::ServerFrame& got) {
      return (got.has_joined() && got.joined().sub() == sub) ||
             (got.has_left() && got.left().sub() == sub);
    });
  }

  ChildServer server_;
  std::unique_ptr<DemoMember> ben_;
  v1::ResumeToken head_;  // Of the session that is damaged.
};

TEST_F(ServeDamage, ADamagedJournalIsServedReadOnlyAndEverybodyIsTold) {
  cut_the_log();
  const auto before = stored();
  ASSERT_TRUE(server_.start({"--demo"})) << server_.log();
  const net::HttpAnswer ready = server_.get("/readyz");
  EXPECT_EQ(ready.status, 503U);
  EXPECT_NE(ready.body.find("Missing in team team, session damaged: events"), std::string::npos)
      << ready.body;
  EXPECT_NE(server_.log().find("accept-loss --report"), std::string::npos) << server_.log();

  EXPECT_NE(server_.post("/api/ticket", "{}", ben_->cookie()).body.find("found damage"),
            std::string::npos);
  ASSERT_TRUE(ben_->connect());
  ASSERT_TRUE(ben_->join(1, "").has_value());
  ASSERT_TRUE(ben_->join(2, "whole").has_value());
  const auto answer = come_back(3, "damaged");
  ASSERT_TRUE(answer && answer->has_left());
  EXPECT_EQ(answer->left().reason(), v1::LEFT_REASON_FAILED);
  EXPECT_GE(events("whole").events_size(), static_cast<int>(kNotes));

  ben_->submit(2, write_note("late", "written in quarantine"), 1);
  const auto refused =
      ben_->wait_for([](const v1::ServerFrame& frame) { return frame.has_nack(); });
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->nack().reason(), v1::REJECT_REASON_READ_ONLY);
  EXPECT_NE(refused->nack().detail().find("damage"), std::string::npos) << refused->nack().detail();

  EXPECT_EQ(server_.end(SIGTERM), 0);
  EXPECT_EQ(stored(), before) << "the damaged files were touched";
}

TEST_F(ServeDamage, AnAcceptedLossStartsANewEpochAndStaysOnRecord) {
  cut_the_log();
  const auto before = stored();
  const Finished found = run_program({"verify", "--data", data().string()});
  EXPECT_EQ(found.code, 1) << found.output;
  std::smatch id;
  ASSERT_TRUE(std::regex_search(found.output, id, std::regex("--report ([0-9a-f]{16})")))
      << found.output;
  EXPECT_EQ(run_program({"accept-loss", "--data", data().string()}).code, 1);
  EXPECT_EQ(stored(), before) << "nothing was accepted yet";

  const Finished accepted =
      run_program({"accept-loss", "--data", data().string(), "--report", id[1].str()});
  EXPECT_EQ(accepted.code, 0) << accepted.output;
  EXPECT_NE(accepted.output.find("are kept in"), std::string::npos) << accepted.output;
  const Finished verified = run_program({"verify", "--data", data().string()});
  EXPECT_EQ(verified.code, 0) << verified.output;
  EXPECT_NE(verified.output.find("on record: epoch"), std::string::npos) << verified.output;

  ASSERT_TRUE(server_.start({"--demo"})) << server_.log();
  EXPECT_EQ(server_.get("/readyz").status, 200U);
  EXPECT_NE(server_.log().find("new epoch on record"), std::string::npos) << server_.log();
  ASSERT_TRUE(ben_->connect());
  const auto answer = come_back(2, "damaged");
  ASSERT_TRUE(answer && answer->has_joined());
  EXPECT_EQ(answer->joined().mode(), v1::JOIN_MODE_SNAPSHOT);
  EXPECT_EQ(answer->joined().why(), v1::WHY_SNAPSHOT_EPOCH_CHANGED);
  EXPECT_GT(answer->joined().epoch(), 1U);
  EXPECT_LT(answer->joined().head(), head_.seq());
  const std::uint64_t next = answer->joined().last_cmd_no() + 1;
  ben_->submit(2, write_note("again", "after the loss"), next);
  EXPECT_GT(ben_->wait_for_echo(next), 0U);
}

TEST_F(ServeDamage, ADeletedStoreIsToldAsWell) {
  fs::remove_all(data() / "journal");
  fs::create_directories(data() / "journal");
  const Finished found = run_program({"verify", "--data", data().string()});
  EXPECT_EQ(found.code, 1);
  for (const std::string stream : {"its library", "session whole", "session damaged"}) {
    EXPECT_NE(found.output.find("Missing in team team, " + stream), std::string::npos)
        << found.output;
  }
}

}  // namespace
}  // namespace swarmboard::integration
