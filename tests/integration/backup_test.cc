// Backups of the running program, and what comes back of them.
#include "server/app/backup/backup.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <signal.h>
#include <sstream>
#include <sys/stat.h>
#include <thread>

#include <gtest/gtest.h>

#include "server/app/backup/check_copy.h"
#include "server/app/backup/checkpoint_source.h"
#include "server/app/journal_wait.h"
#include "server/board/snapshot.h"
#include "server/room/fold.h"
#include "tests/integration/child_server.h"
#include "tests/integration/demo_member.h"

namespace swarmboard::integration {
namespace {

namespace fs = std::filesystem;
using app::BackedUpStream;
using app::Manifest;
using persistence::StreamName;

Finished take_backup(const ChildServer& server, const fs::path& to) {
  return run_program(
      {"backup", "--data", (server.folder() / "data").string(), "--to", to.string()});
}

// The id stands alone on the first line.
std::string id_of(const Finished& taken) {
  EXPECT_EQ(taken.code, 0) << taken.output;
  return taken.output.substr(0, taken.output.find('\n'));
}

Finished restore_to(const fs::path& from, const std::string& id, const fs::path& data) {
  return run_program({"restore", "--from", from.string(), "--id", id, "--data", data.string()});
}

// Where a stream of a stopped store stood at `seq`.
room::Fold fold_up_to(persistence::Journal& journal, const StreamName& name, std::uint64_t seq) {
  room::Fold fold;
  while (fold.seq < seq) {
    const auto page = app::wait_for<persistence::Result<persistence::UnitPage>>(
        [&](auto done) { journal.read(name, fold.seq + 1, {}, std::move(done)); });
    if (page.has_error() || page->units.empty()) {
      ADD_FAILURE() << "the stream ends at " << fold.seq;
      return fold;
    }
    for (const persistence::Unit& unit : page->units) {
      if (fold.seq < seq) {
        EXPECT_FALSE(room::fold_unit(fold, unit, {}, seq).has_error());
      }
    }
  }
  return fold;
}

// Writes notes until it is told to stop; counts what was acknowledged.
class Writer {
 public:
  explicit Writer(const ChildServer& server) : member_(server, "ben") {
    EXPECT_TRUE(member_.connect());
    EXPECT_TRUE(begin_session(member_, "s1"));
    thread_ = std::thread([this] {
      while (!stop_ && write_one(acknowledged_ + kFirstNote)) {
        ++acknowledged_;
      }
    });
  }

  ~Writer() { stop(); }

  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void stop() {
    stop_ = true;
    if (thread_.joinable()) {
      thread_.join();
    }
  }

  void wait_until(std::uint64_t acknowledged) const {
    while (acknowledged_ < acknowledged && !testing::Test::HasFailure()) {
      std::this_thread::yield();
    }
  }

  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  static constexpr std::uint64_t kFirstNote = 2;  // Number 1 started the stage.

  // As fast as the server lets one client: a refusal for the rate says how long to wait.
  bool write_one(std::uint64_t number) {
    const v1::Command note = write_note("n" + std::to_string(number), "words of a note");
    while (true) {
      member_.submit(2, note, number);
      bool saved = false;
      const auto answer = member_.wait_for([&](const v1::ServerFrame& frame) {
        for (const v1::Event& event : frame.events().events()) {
          saved = saved || (event.client_id() == member_.client_id() && event.cmd_no() == number);
        }
        return saved || (frame.has_nack() && frame.nack().cmd_no() == number);
      });
      if (saved) {
        return true;
      }
      if (!answer || answer->nack().reason() != v1::REJECT_REASON_RATE) {
        ADD_FAILURE() << "note " << number << " was not acknowledged";
        return false;
      }
      // Nothing of ours is on the way: what comes may be dropped.
      [[maybe_unused]] const auto dropped =
          member_.socket().receive(std::chrono::milliseconds(answer->nack().retry_after_ms() + 1));
    }
  }

  DemoMember member_;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> acknowledged_{0};
  std::thread thread_;
};

std::uint64_t notes_of(const ChildServer& server, const DemoMember& member) {
  std::uint64_t notes = 0;
  for (std::uint64_t from = 1;;) {
    const net::HttpAnswer answer =
        server.get("/api/sessions/s1/events?from=" + std::to_string(from), member.cookie());
    v1::EventPage page;
    if (answer.status != 200 || !page.ParseFromString(answer.body)) {
      ADD_FAILURE() << answer.status << answer.body;
      return 0;
    }
    if (page.events().empty()) {
      return notes;
    }
    for (const v1::Event& event : page.events()) {
      notes += event.intent().has_edit_record() ? 1 : 0;
    }
    from = page.events(page.events_size() - 1).seq() + 1;
  }
}

TEST(Backup, OfARunningServerUnderLoadEqualsTheLiveBoardsAtItsPositions) {
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo"}));
  load_sample_team(server);
  const fs::path backups = server.folder() / "backups";
  std::string id;
  std::uint64_t before = 0;
  std::uint64_t during = 0;
  {
    Writer writer(server);
    writer.wait_until(30);
    before = writer.acknowledged();
    id = id_of(take_backup(server, backups));
    during = writer.acknowledged();
    writer.wait_until(during + 30);  // What the backup does not have.
  }
  EXPECT_GT(during, before) << "the server went on acknowledging";
  const auto manifest = app::read_backup(backups.string(), id);
  ASSERT_TRUE(manifest) << manifest.error().what;
  EXPECT_EQ(server.end(SIGTERM), 0);
  EXPECT_FALSE(fs::exists(server.folder() / "data" / "checkpoint"));

  const auto live = app::open_alone((server.folder() / "data").string());
  ASSERT_TRUE(live) << live.error().what;
  std::uint64_t in_session = 0;
  for (const BackedUpStream& stream : manifest->streams) {
    const room::Fold fold = fold_up_to(**live, stream.name, stream.head.seq);
    EXPECT_EQ(fold.chain, stream.head.chain) << stream.name.stream;
    EXPECT_EQ(board::state_hash(fold.state), stream.state_hash) << stream.name.stream;
    in_session = stream.name.stream == "s1" ? stream.head.seq : in_session;
  }
  EXPECT_EQ(manifest->streams.size(), 2U);
  EXPECT_GE(in_session, before) << "what was acknowledged before the backup is in it";
}

TEST(Backup, RestoredElsewhereServesInANewEpochAndCanBeBackedUpAgain) {
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo"}));
  load_sample_team(server);
  const fs::path data = server.folder() / "data";
  const fs::path backups = server.folder() / "backups";
  std::uint64_t first_epoch = 0;
  std::string id;
  {
    DemoMember ben(server, "ben");
    ASSERT_TRUE(ben.connect());
    ASSERT_TRUE(begin_session(ben, "s1"));
    ASSERT_GT(ben.wait_for_echo(ben.submit(2, write_note("n1", "before the backup"))), 0U);
    id = id_of(take_backup(server, backups));
    ASSERT_GT(ben.wait_for_echo(ben.submit(2, write_note("n2", "after the backup"))), 0U);
    EXPECT_EQ(notes_of(server, ben), 2U);
    first_epoch = ben.join(3, "s1")->epoch();
  }
  EXPECT_EQ(server.end(SIGKILL), 128 + SIGKILL);
  EXPECT_EQ(restore_to(backups, id, data).code, 1) << "the old folder is not touched";
  fs::rename(data, server.folder() / "lost");

  // Twice the same backup, and then a backup of what came of it.
  std::uint64_t last_epoch = first_epoch;
  for (int round = 0; round < 3; ++round) {
    const Finished restored = restore_to(backups, id, data);
    ASSERT_EQ(restored.code, 0) << restored.output;
    EXPECT_EQ(run_program({"verify", "--data", data.string()}).code, 0);
    ASSERT_TRUE(server.start({"--demo"}));
    DemoMember ben(server, "ben");
    ASSERT_TRUE(ben.connect());
    const auto joined = ben.join(2, "s1");
    ASSERT_TRUE(joined);
    EXPECT_NE(joined->epoch(), last_epoch);
    last_epoch = joined->epoch();
    const std::uint64_t notes = notes_of(server, ben);
    EXPECT_EQ(notes, round == 2 ? 2U : 1U);
    ASSERT_GT(ben.wait_for_echo(ben.submit(2, write_note("r" + std::to_string(round), "on"))), 0U);
    EXPECT_EQ(server.end(SIGTERM), 0);
    if (round == 1) {
      id = id_of(take_backup(server, backups));  // Of a stopped store.
    }
    fs::rename(data, server.folder() / ("used" + std::to_string(round)));
  }
  EXPECT_NE(last_epoch, first_epoch);
}

TEST(Backup, OneAtATimeAndACallerThatDiesLeavesNothing) {
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo"}));
  load_sample_team(server);
  const fs::path data = server.folder() / "data";

  struct stat door {};

  ASSERT_EQ(::stat((data / "operator.sock").c_str(), &door), 0);
  EXPECT_EQ(door.st_mode & 0777U, 0600U) << "only the server's user can ask";
  {
    const auto held = app::CheckpointSource::open(data.string());
    ASSERT_TRUE(held) << held.error().what;
    EXPECT_TRUE(held->is_online());
    EXPECT_TRUE(fs::exists(held->folder() + "/journal/CURRENT"));
    const Finished second = take_backup(server, server.folder() / "backups");
    EXPECT_EQ(second.code, 1);
    EXPECT_NE(second.output.find("another backup"), std::string::npos) << second.output;
    // As a killed caller would: the line ends without the folder having been removed.
    fs::rename(held->folder(), data / "aside");
    fs::create_directories(held->folder());
    fs::rename(data / "aside", fs::path(held->folder()) / "left");
  }
  const Finished next = take_backup(server, server.folder() / "backups");
  EXPECT_EQ(next.code, 0) << next.output;
  EXPECT_FALSE(fs::exists(data / "checkpoint"));
}

TEST(Backup, SaysWhatIsWrongWithWhatItIsGiven) {
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo"}));
  EXPECT_EQ(server.end(SIGTERM), 0);
  const fs::path data = server.folder() / "data";
  const Finished inside = take_backup(server, data / "backups");
  EXPECT_EQ(inside.code, 1);
  EXPECT_NE(inside.output.find("inside the data folder"), std::string::npos) << inside.output;
  const Finished none = run_program({"backup", "--data", (server.folder() / "nowhere").string(),
                                     "--to", (server.folder() / "backups").string()});
  EXPECT_EQ(none.code, 1);
  EXPECT_NE(none.output.find("there is no store in"), std::string::npos) << none.output;
  EXPECT_FALSE(fs::exists(server.folder() / "nowhere"));
  EXPECT_EQ(run_program({"backup", "--data", data.string()}).code, 2);
  const Finished unlisted =
      run_program({"backup", "--list", "--to", (server.folder() / "nowhere").string()});
  EXPECT_EQ(unlisted.code, 1) << unlisted.output;
}

}  // namespace
}  // namespace swarmboard::integration
