// A real team over the real journal, without sockets: what the scripted session of the crash points
// runs on. Says every command and every answer on standard output before it goes on, so that
// whoever reads it knows what was acknowledged when the program was stopped.
//
// One thread besides those of the journal. Errors: std::runtime_error.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "tests/room/rig.h"

namespace swarmboard::faults {

class ScriptHost {
 public:
  // Opens the journal in the folder and starts the team.
  explicit ScriptHost(const std::string& folder);
  ~ScriptHost();
  ScriptHost(const ScriptHost&) = delete;
  ScriptHost& operator=(const ScriptHost&) = delete;

  // A member's connection that said hello. `client` is its id, the same in every life.
  std::unique_ptr<room::Peer> enter(const std::string& member, const std::string& client);
  void join(room::Peer& peer, std::uint32_t sub, const std::string& session);
  // Submits, and waits for the answer.
  void submit(room::Peer& peer, std::uint32_t sub, const v1::Command& command);
  // Submits several before it waits.
  void submit_all(room::Peer& peer, std::uint32_t sub, const std::vector<v1::Command>& commands);
  void submit_card(room::Peer& peer, std::uint32_t sub, const std::string& id,
                   const std::string& text);
  void add_member(const std::string& member);
  void put_setting(const std::string& key, const std::string& value);
  // Writes keyframes, and ends.
  void stop();

 private:
  void post(std::function<void()> task);
  void run_until(const std::function<bool()>& holds, const std::string& what);
  void await_answers(room::Peer& peer, std::uint32_t sub, std::uint64_t from);

  room::ManualClock clock_;
  room::Counters counters_;
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> tasks_;
  std::uint64_t random_;
  std::unique_ptr<persistence::Journal> journal_;
  std::unique_ptr<room::Team> team_;
};

}  // namespace swarmboard::faults
