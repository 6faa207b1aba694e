// Plays session scripts against a server, one real client per actor, step by step: each action
// waits for its echo or its refusal. What it reports is what the members received.
//
// One thread. Errors: PlayFailure when the play cannot go on; everything else that is not as it
// should be becomes a difference.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "server/app/play/board_summary.h"
#include "server/app/play/person.h"
#include "server/app/play/script.h"
#include "server/app/play/script_commands.h"
#include "server/app/play/secrets.h"

namespace swarmboard::play {

// How fast a script is played: at full speed with the server on the script's clock (when it has
// one), or `speed` times as fast as it happened.
struct Pace {
  bool full_speed = true;
  double speed = 1;
};

class Player {
 public:
  Player(std::string address, Pace pace, std::ostream& out);

  // Starts a script; the one before must be finished.
  void begin(const Script& script);
  [[nodiscard]] bool has_next() const;
  [[nodiscard]] std::int64_t next_ms() const;  // Precondition: has_next().
  void play_next();
  // Plays everything up to this moment, lets it become this moment, and waits until every member
  // has what the others have.
  void play_to(std::int64_t t_ms);
  void play_rest();
  void print_summary();
  // The checks that hold for any script (end_checks.h). The members leave the session's stream.
  void finish();

  // Runs this while the next command is on its way to the server, or at the end of the script.
  void interrupt(std::function<void()> interruption) { interruption_ = std::move(interruption); }

  // Asked before each stage and before the close, once everybody has what the others have.
  void before_stages(std::function<void()> wait) { before_stage_ = std::move(wait); }

  // After the server was killed and came back: everybody resumes.
  void resume_all();

  [[nodiscard]] const std::string& session_id() const { return session_id_; }

  // Enters on first use.
  [[nodiscard]] Person& person(const std::string& member);

  [[nodiscard]] std::map<std::string, std::unique_ptr<Person>>& people() { return people_; }

  // The board of the running session as this member has it.
  [[nodiscard]] const board::State& board_of(const std::string& member);
  [[nodiscard]] BoardSummary summary_of(const std::string& member);

  [[nodiscard]] const std::vector<std::string>& differences() const { return differences_; }

  void add_difference(const std::string& sentence);

  [[nodiscard]] const Secrets& secrets() const { return secrets_; }

  // Ids as scripts name them, where the server or the player had to choose another.
  [[nodiscard]] const std::map<std::string, std::string>& aliases() const { return aliases_; }

  // Everybody takes in what the others have; a difference when somebody stays behind.
  void settle();

 private:
  // The last event of the running session that anybody has.
  [[nodiscard]] std::uint64_t head() const;
  void catch_up(Person& actor);
  void go_to(std::int64_t t_ms);
  void set_clock(std::int64_t wall_ms);
  void wait_for(std::int64_t t_ms);
  Outcome perform(const Action& action);
  Outcome load_fixture(const Deed& deed);
  Outcome open_session(const Action& action, const Deed& deed);
  Outcome submit_command(const Action& action, Deed deed);
  Outcome submit_unsigned(const Action& action, const v1::Note& note, const std::string& script_id,
                          bool off_record);
  void complete(v1::Command& command, const board::State& state) const;
  void judge(const Action& action, const Outcome& outcome);
  void check_no_author(const Action& action);
  void check_leaks();

  std::string address_;
  Pace pace_;
  std::ostream& out_;
  HttpClient http_;
  bool has_script_clock_ = true;
  std::map<std::string, std::unique_ptr<Person>> people_;
  const Script* script_ = nullptr;
  std::size_t next_ = 0;
  std::int64_t now_ms_ = 0;  // Since the start of the session.
  std::int64_t started_at_ms_ = 0;
  std::chrono::steady_clock::time_point begun_;
  std::string session_id_;  // Of the script's session; empty before it is open.
  std::map<std::string, std::string> aliases_;
  Secrets secrets_;
  std::function<void()> interruption_;
  std::function<void()> before_stage_;
  std::vector<std::string> unsigned_texts_;  // Expected to have no author.
  std::vector<std::string> differences_;
};

}  // namespace swarmboard::play
