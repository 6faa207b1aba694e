// What a command costs between the message of a client and the blocks that tell the room: decoding,
// judging, applying, encoding, the bookkeeping of the commit and the fan-out, without a socket and
// without a disk. Prints CPU time and allocations per command; run it under callgrind for
// instructions, which do not depend on what else the machine is doing.
//
//   command_cost [--members N] [--commands N]
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "persistence/memory_journal.h"
#include "server/base/clock.h"
#include "server/room/counters.h"
#include "server/room/link.h"
#include "server/room/team.h"
#include "server/wire/codec.h"
#include "tests/bench/allocation_count.h"

#include "swarmboard/v1/wire.pb.h"

namespace swarmboard::bench {
namespace {

constexpr std::size_t kTextBytes = 150;
constexpr std::size_t kUnderWay = 16;
constexpr std::int64_t kTurnUs = 2'000;

class TurnClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t wall_ms() const override { return 1'760'000'000'000 + us_ / 1'000; }

  [[nodiscard]] std::int64_t mono_us() const override { return us_; }

  void pass(std::int64_t us) { us_ += us; }

 private:
  std::int64_t us_ = 1'000'000;
};

// A connection that takes all it is given.
class Sink final : public room::Transport {
 public:
  [[nodiscard]] bool ready() const override { return true; }

  void send(const room::Block& block) override { bytes_ += block->size(); }

  void close(std::uint16_t code, const std::string& reason) override {
    std::fprintf(stderr, "command_cost: closed with %u: %s\n", code, reason.c_str());
    std::exit(1);
  }

  void abort() override { close(0, "aborted"); }

  void pause_reading(bool /*paused*/) override {}

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

struct Member {
  std::string id;
  Sink sink;
  std::unique_ptr<room::Link> link;
  std::uint64_t next_cmd = 1;
};

class Room {
 public:
  explicit Room(std::size_t members)
      : journal_([this](std::function<void()> task) { post(std::move(task)); }),
        team_("team", deps()) {
    team_.start([](boost::system::error_code ec) {
      if (ec) {
        fail("the team was not loaded: " + ec.message());
      }
    });
    run();
    found_team(members);
    open_board(members);
    for (std::size_t at = 0; at < members; ++at) {
      connect(at);
    }
  }

  // All members say what they have under way, then the loop turns until everybody was told.
  void take_turn(std::size_t commands) {
    const std::size_t writers = (commands + kUnderWay - 1) / kUnderWay;
    for (std::size_t at = 0; at < writers; ++at) {
      Member& member = *members_[at % members_.size()];
      member.link->on_message(messages_[at], true);
    }
    run();
    clock_.pass(kTurnUs);
  }

  // The bytes of the next turn, so that making them is not measured.
  void prepare(std::size_t commands) {
    messages_.clear();
    for (std::size_t made = 0; made < commands;) {
      Member& member = *members_[messages_.size() % members_.size()];
      v1::ClientMessage message;
      for (std::size_t k = 0; k < kUnderWay && made < commands; ++k, ++made) {
        add_submit(message, member, edit_of(member, false));
      }
      messages_.push_back(message.SerializeAsString());
    }
  }

  [[nodiscard]] std::uint64_t accepted() const { return counters_.accepted; }

  [[nodiscard]] std::size_t bytes_sent() const {
    std::size_t sum = 0;
    for (const auto& member : members_) {
      sum += member->sink.bytes();
    }
    return sum;
  }

 private:
  [[noreturn]] static void fail(const std::string& why) {
    std::fprintf(stderr, "command_cost: %s\n", why.c_str());
    std::exit(1);
  }

  room::TeamDeps deps() {
    return {.journal = journal_,
            .clock = clock_,
            .post = [this](std::function<void()> task) { post(std::move(task)); },
            .random_16 =
                [this] {
                  std::string bytes(16, 'r');
                  const std::uint64_t value = ++random_;
                  bytes.replace(0, sizeof value, reinterpret_cast<const char*>(&value),
                                sizeof value);
                  return bytes;
                },
            .on_fatal = [](const std::string& why) { fail(why); },
            .counters = counters_,
            .server_id = 1,
            .commands_per_second = 1'000'000};
  }

  void post(std::function<void()> task) { posted_.push_back(std::move(task)); }

  void run() {
    while (!posted_.empty()) {
      const auto task = std::move(posted_.front());
      posted_.pop_front();
      task();
    }
  }

  void act(const std::string& stream, const v1::Command& command, const std::string& actor) {
    team_.act(stream, command, actor, actor.empty(), [](const room::ActResult& result) {
      if (!result.ok) {
        fail("refused: " + result.refusal.detail);
      }
    });
    run();
  }

  static std::string member_id(std::size_t at) {
    return "member-of-the-team-" + std::to_string(at);
  }

  static std::string note_id(const Member& member) { return "note-on-the-board-of-" + member.id; }

  void found_team(std::size_t members) {
    v1::Command command;
    v1::LoadFixture& fixture = *command.mutable_load_fixture();
    v1::Record& team = *fixture.add_records();
    team.set_id("team");
    team.mutable_team()->set_name("A team");
    for (std::size_t at = 0; at < members; ++at) {
      v1::Record& record = *fixture.add_records();
      record.set_id(member_id(at));
      record.mutable_member()->set_name("Member " + std::to_string(at));
      record.mutable_member()->set_role(v1::MEMBER_ROLE_REP);
      record.mutable_member()->set_active(true);
    }
    act({}, command, {});
  }

  void open_board(std::size_t members) {
    v1::Command command;
    v1::OpenSession& open = *command.mutable_open_session();
    open.set_session_id("board");
    open.set_template_id("objection_clinic_45");
    open.mutable_topic()->set_kind(v1::TOPIC_KIND_OBJECTION_HANDLING);
    open.mutable_topic()->set_title("What we could not answer");
    open.set_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
    act({}, command, member_id(0));
    for (std::size_t at = 1; at < members; ++at) {
      v1::Command join;
      join.mutable_join_session()->set_accepts_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
      act("board", join, member_id(at));
    }
    v1::Command start;
    start.mutable_start_stage()->set_stage("open");
    act("board", start, member_id(0));
  }

  void connect(std::size_t at) {
    Member& member = *members_.emplace_back(std::make_unique<Member>());
    member.id = member_id(at);
    member.link = std::make_unique<room::Link>(
        team_, member.sink,
        [id = member.id](const std::string&,
                         const std::function<void(std::optional<room::Identity>)>& done) {
          done(room::Identity{"team", id});
        });
    v1::ClientMessage message;
    v1::Hello& hello = *message.add_frames()->mutable_hello();
    hello.set_proto_major(1);
    hello.set_client_id(std::string(16, static_cast<char>('a' + at % 20)));
    hello.set_ticket("ticket");
    v1::Join& join = *message.add_frames()->mutable_join();
    join.set_sub(1);
    join.set_session_id("board");
    say(member, message);
    v1::ClientMessage first;
    add_submit(first, member, edit_of(member, true));
    say(member, first);
  }

  void say(Member& member, const v1::ClientMessage& message) {
    member.link->on_message(message.SerializeAsString(), true);
    run();
  }

  v1::Command edit_of(const Member& member, bool create) {
    v1::Command command;
    v1::EditRecord& edit = *command.mutable_edit_record();
    edit.set_create(create);
    edit.mutable_record()->set_id(note_id(member));
    v1::Note& note = *edit.mutable_record()->mutable_note();
    std::string text = std::to_string(++texts_) + ' ';
    text.resize(kTextBytes, 'x');
    note.set_text(text);
    if (create) {
      note.set_kind(v1::NOTE_KIND_COMMENT);
    }
    return command;
  }

  static void add_submit(v1::ClientMessage& message, Member& member, const v1::Command& command) {
    v1::Submit& submit = *message.add_frames()->mutable_submit();
    submit.set_sub(1);
    submit.set_cmd_no(member.next_cmd++);
    submit.set_command(command.SerializeAsString());
    submit.set_body_hash(wire::body_hash(submit.command()));
  }

  TurnClock clock_;
  room::Counters counters_;
  std::deque<std::function<void()>> posted_;
  std::uint64_t random_ = 0;
  std::uint64_t texts_ = 0;
  persistence::MemoryJournal journal_;
  room::Team team_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<std::string> messages_;
};

double cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

int run(std::size_t members, std::size_t commands) {
  Room room(members);
  const std::size_t per_turn = members * kUnderWay;
  std::uint64_t allocations = 0;
  double spent_us = 0;
  const std::uint64_t accepted_before = room.accepted();
  const std::size_t bytes_before = room.bytes_sent();
  for (std::size_t done = 0; done < commands; done += per_turn) {
    room.prepare(per_turn);
    const std::uint64_t allocations_before = bench::allocations();
    const double before_us = cpu_us();
    room.take_turn(per_turn);
    spent_us += cpu_us() - before_us;
    allocations += bench::allocations() - allocations_before;
  }
  const auto accepted = static_cast<double>(room.accepted() - accepted_before);
  if (accepted < static_cast<double>(commands)) {
    std::fprintf(stderr, "command_cost: only %.0f of %zu commands were accepted\n", accepted,
                 commands);
    return 1;
  }
  std::printf(
      "{\"members\": %zu, \"commands\": %.0f, \"cpu_us_per_command\": %.3f, "
      "\"allocations_per_command\": %.2f, \"bytes_sent_per_command\": %.1f}\n",
      members, accepted, spent_us / accepted, static_cast<double>(allocations) / accepted,
      static_cast<double>(room.bytes_sent() - bytes_before) / accepted);
  return 0;
}

}  // namespace
}  // namespace swarmboard::bench

int main(int argc, char** argv) {
  CLI::App app{"What a command costs the room, without sockets and disk"};
  std::size_t members = 1;
  std::size_t commands = 100'000;
  app.add_option("--members", members, "on the board, all writing")->check(CLI::Range(1, 20));
  app.add_option("--commands", commands, "to measure")->check(CLI::Range(16, 5'000'000));
  CLI11_PARSE(app, argc, argv);
  return swarmboard::bench::run(members, commands);
}
