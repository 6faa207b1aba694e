#include "tests/bench/long_past.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <random>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "persistence/rocksdb_journal.h"
#include "server/base/clock.h"
#include "server/room/counters.h"
#include "server/room/team.h"

namespace swarmboard::bench {
namespace {

// The room refuses beyond 512 commands that wait for the disk.
constexpr std::size_t kOpenCommandsMax = 400;
constexpr std::int64_t kFirstMs = 1'760'000'000'000;
constexpr std::int64_t kBetweenTurnsMs = 500;
constexpr std::size_t kTextBytesMin = 60;
constexpr std::size_t kTextBytesMax = 240;

class HistoryClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t wall_ms() const override { return kFirstMs + ms_; }

  [[nodiscard]] std::int64_t mono_us() const override { return ms_ * 1'000; }

  void pass(std::int64_t ms) { ms_ += ms; }

 private:
  std::int64_t ms_ = 1'000;
};

std::string numbered(const char* format, std::size_t at) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), format, at);
  return {text.data(), static_cast<std::size_t>(length)};
}

struct Board {
  std::string id;
  std::size_t events_wanted = 0;
  std::uint64_t seq = 0;    // Of the last event that is durable.
  std::uint64_t asked = 0;  // Commands since the board stands.
  std::size_t cards = 0;    // Written so far.
  double owed = 0;          // Events of this turn, carried over where they are no whole number.
};

class Writer {
 public:
  Writer(const HistoryPlan& plan, persistence::Journal& journal)
      : plan_(plan), random_(plan.seed), team_(plan.team, deps(journal)) {}

  std::optional<std::string> write() {
    team_.start([this](boost::system::error_code ec) {
      started_ = true;
      if (ec) {
        fail("the team was not loaded: " + ec.message());
      }
    });
    run_until([this] { return started_; });
    found_team();
    for (std::size_t at = 0; at < plan_.board_events.size() && !failed_; ++at) {
      boards_.push_back({.id = board_id(at), .events_wanted = plan_.board_events[at]});
      open_board(boards_.back());
    }
    while (!failed_ && take_turn()) {
      clock_.pass(kBetweenTurnsMs);
      run_until([this] { return open_ <= kOpenCommandsMax / 2; });
    }
    run_until([this] { return open_ == 0; });
    return failed_;
  }

 private:
  room::TeamDeps deps(persistence::Journal& journal) {
    return {.journal = journal,
            .clock = clock_,
            // A keyframe may still be on its way when this is gone: its answer finds the loop, and
            // no team.
            .post = [loop = loop_](
                        std::function<void()> task) { boost::asio::post(*loop, std::move(task)); },
            .random_16 =
                [this] {
                  std::string bytes(16, '\0');
                  for (char& byte : bytes) {
                    byte = static_cast<char>(random_());
                  }
                  return bytes;
                },
            .on_fatal = [this](std::string why) { fail(std::move(why)); },
            .counters = counters_,
            .server_id = 1};
  }

  void fail(std::string why) {
    if (!failed_) {
      failed_ = std::move(why);
    }
  }

  void run_until(const std::function<bool()>& done) {
    while (!failed_ && !done()) {
      loop_->run_one();
    }
  }

  void act(const std::string& stream, const v1::Command& command, const std::string& actor,
           Board* board = nullptr) {
    ++open_;
    team_.act(stream, command, actor, actor.empty(), [this, board](const room::ActResult& result) {
      --open_;
      if (!result.ok) {
        fail("refused: " + result.refusal.detail);
      } else if (board != nullptr) {
        board->seq = result.seq;
      }
    });
  }

  void act_and_wait(const std::string& stream, const v1::Command& command, const std::string& actor,
                    Board* board = nullptr) {
    act(stream, command, actor, board);
    run_until([this] { return open_ == 0; });
  }

  void found_team() {
    v1::Command command;
    v1::LoadFixture& fixture = *command.mutable_load_fixture();
    v1::Record& team = *fixture.add_records();
    team.set_id(plan_.team);
    team.mutable_team()->set_name("A team with a past");
    for (std::size_t at = 0; at < plan_.members; ++at) {
      v1::Record& record = *fixture.add_records();
      record.set_id(member_id(at));
      record.mutable_member()->set_name("Member " + std::to_string(at));
      record.mutable_member()->set_role(v1::MEMBER_ROLE_REP);
      record.mutable_member()->set_active(true);
    }
    act_and_wait({}, command, {});
  }

  void open_board(Board& board) {
    v1::Command command;
    v1::OpenSession& open = *command.mutable_open_session();
    open.set_session_id(board.id);
    open.set_template_id("objection_clinic_45");
    open.mutable_topic()->set_kind(v1::TOPIC_KIND_OBJECTION_HANDLING);
    open.mutable_topic()->set_title("What we could not answer");
    open.set_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
    act_and_wait({}, command, member_id(0));
    for (std::size_t at = 1; at < plan_.members; ++at) {
      v1::Command join;
      join.mutable_join_session()->set_accepts_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
      act_and_wait(board.id, join, member_id(at), &board);
    }
    v1::Command start;
    start.mutable_start_stage()->set_stage("open");
    act_and_wait(board.id, start, member_id(0), &board);
    board.asked = board.seq;
  }

  // Some events for every board, in proportion to what it is to have; false: nothing is left to do.
  bool take_turn() {
    const std::size_t longest =
        *std::max_element(plan_.board_events.begin(), plan_.board_events.end());
    bool more = false;
    for (Board& board : boards_) {
      board.owed += static_cast<double>(plan_.events_per_unit) *
                    static_cast<double>(board.events_wanted) / static_cast<double>(longest);
      for (; board.owed >= 1 && board.asked < board.events_wanted; board.owed -= 1) {
        ++board.asked;
        const v1::Command command = next_command(board);
        act(board.id, command, writer_of(card_), &board);
      }
      more = more || board.asked < board.events_wanted;
    }
    return more;
  }

  // A new card until the board has its cards, then another text for one of them, by its author.
  v1::Command next_command(Board& board) {
    v1::Command command;
    v1::EditRecord& edit = *command.mutable_edit_record();
    const bool is_new = board.cards < plan_.cards;
    card_ = is_new ? board.cards++ : below(plan_.cards);
    edit.set_create(is_new);
    edit.mutable_record()->set_id(numbered("n%zu", card_));
    v1::Note& note = *edit.mutable_record()->mutable_note();
    note.set_text(some_text());
    if (is_new) {
      note.set_kind(v1::NOTE_KIND_COMMENT);
    }
    return command;
  }

  [[nodiscard]] std::string writer_of(std::size_t card) const {
    return member_id(card % plan_.members);
  }

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }

  std::string some_text() {
    static constexpr std::string_view kWords = "price security budget pilot quarter legal owner ";
    std::string text = std::to_string(random_()) + ' ';
    text.resize(kTextBytesMin + below(kTextBytesMax - kTextBytesMin));
    for (std::size_t at = 20; at < text.size(); ++at) {
      text[at] = kWords[at % kWords.size()];
    }
    std::replace(text.begin(), text.end(), '\0', ' ');
    text.back() = '.';
    return text;
  }

  const HistoryPlan& plan_;
  HistoryClock clock_;
  room::Counters counters_;
  std::shared_ptr<boost::asio::io_context> loop_ = std::make_shared<boost::asio::io_context>(1);
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      loop_->get_executor()};
  std::mt19937_64 random_;
  room::Team team_;
  std::deque<Board> boards_;  // Never moved: answers point to them.
  std::size_t card_ = 0;
  std::size_t open_ = 0;  // Commands whose answer is not there yet.
  bool started_ = false;
  std::optional<std::string> failed_;
};

}  // namespace

std::string board_id(std::size_t at) {
  return numbered("b%02zu", at);
}

std::string member_id(std::size_t at) {
  return numbered("m%02zu", at);
}

History make_history(const HistoryPlan& plan) {
  if (std::filesystem::exists(plan.folder)) {
    return {nullptr, plan.folder + " exists already"};
  }
  const std::size_t events_min = plan.members + kBoardEventsMin;
  if (plan.board_events.empty() || plan.members == 0 || plan.events_per_unit == 0 ||
      *std::min_element(plan.board_events.begin(), plan.board_events.end()) < events_min) {
    return {nullptr, "a history needs members, boards and at least " + std::to_string(events_min) +
                         " events on each board"};
  }
  persistence::RocksDbOptions options;
  options.folder = plan.folder;
  options.pause_us_max = 0;
  persistence::OpenedJournal opened = persistence::RocksDbJournal::open(std::move(options));
  if (opened.journal == nullptr) {
    return {nullptr, opened.detail.empty() ? opened.error.message() : opened.detail};
  }
  if (auto failed = Writer(plan, *opened.journal).write()) {
    return {nullptr, *failed};
  }
  return {std::move(opened.journal), {}};
}

}  // namespace swarmboard::bench
