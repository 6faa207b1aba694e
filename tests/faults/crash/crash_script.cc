// crash_script FOLDER: the scripted session of the crash points. Two lives of a team: members,
// a session, notes (several in flight, some refused), large notes until a keyframe is due,
// anonymous cards and their reveal (which makes the journal flush and compact), settings, a stop
// with keyframes, a start from disk, and more of it. The same on every run.
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/faults/crash/script_host.h"

namespace {

using swarmboard::faults::ScriptHost;
using swarmboard::room::a_note;
namespace room = swarmboard::room;
namespace v1 = swarmboard::v1;

const std::vector<std::string> kMembers = {"ana", "ben", "cleo", "dora", "emil"};
constexpr std::uint32_t kLibrary = 1;
constexpr std::uint32_t kSession = 2;

v1::Command open_session() {
  v1::Command command;
  v1::OpenSession& open = *command.mutable_open_session();
  open.set_session_id("s1");
  open.set_template_id("team_retro_60");
  open.mutable_topic()->set_kind(v1::TOPIC_KIND_TEAM_RETRO);
  open.mutable_topic()->set_title("What blocks us");
  open.set_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
  return command;
}

v1::Command stage(const std::string& name) {
  v1::Command command;
  command.mutable_start_stage()->set_stage(name);
  return command;
}

v1::Command reveal(const std::string& name) {
  v1::Command command;
  command.mutable_reveal_stage()->set_stage(name);
  return command;
}

v1::Command join_session() {
  v1::Command command;
  command.mutable_join_session()->set_accepts_replay_audience(v1::REPLAY_AUDIENCE_TEAM);
  return command;
}

// Several notes in flight, the last of which is refused, because its id is taken.
std::vector<v1::Command> notes(const std::string& prefix, int count, std::size_t bytes) {
  std::vector<v1::Command> commands;
  for (int i = 0; i < count; ++i) {
    commands.push_back(
        a_note(prefix + std::to_string(i), std::string(bytes, static_cast<char>('a' + i))));
  }
  commands.push_back(a_note(prefix + "0", "taken"));
  return commands;
}

void first_life(const std::string& folder) {
  ScriptHost host(folder);
  for (const std::string& member : kMembers) {
    host.add_member(member);
  }
  host.put_setting("session/one", "ana");
  const auto ana = host.enter("ana", "ana-1");
  host.join(*ana, kLibrary, "");
  host.submit(*ana, kLibrary, open_session());
  host.join(*ana, kSession, "s1");
  const auto ben = host.enter("ben", "ben-1");
  host.join(*ben, kSession, "s1");
  host.submit(*ben, kSession, join_session());
  for (const std::string member : {"cleo", "dora", "emil"}) {
    const auto other = host.enter(member, member + "-1");
    host.join(*other, kSession, "s1");
    host.submit(*other, kSession, join_session());
    other->drop();
  }
  host.submit(*ana, kSession, stage("open"));
  host.submit_all(*ana, kSession, notes("a", 4, 40));
  host.submit_all(*ben, kSession, notes("b", 6, 9'000));
  host.submit(*ana, kSession, stage("pulse"));
  for (const char id : {'1', '2', '3'}) {
    host.submit_card(*ben, kSession, std::string(16, id), std::string("unsaid ") + id);
  }
  host.submit(*ana, kSession, reveal("pulse"));
  host.submit_all(*ana, kSession, {stage("open"), a_note("a9", "after the reveal")});
  ben->drop();
  ana->drop();
  host.stop();
}

void second_life(const std::string& folder) {
  ScriptHost host(folder);
  host.put_setting("session/two", "ben");
  const auto ana = host.enter("ana", "ana-1");
  host.join(*ana, kSession, "s1");
  host.submit_all(*ana, kSession, notes("c", 3, 2'000));
  const auto ben = host.enter("ben", "ben-2");
  host.join(*ben, kSession, "s1");
  host.submit_all(*ben, kSession, notes("d", 3, 200));
  ben->drop();
  ana->drop();
  host.stop();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "crash_script FOLDER\n";
    return 2;
  }
  try {
    first_life(argv[1]);
    second_life(argv[1]);
  } catch (const std::exception& error) {
    std::cerr << "crash_script: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
  std::cout << "end" << std::endl;
  return testing::Test::HasFailure() ? EXIT_FAILURE : EXIT_SUCCESS;
}
