#include "server/app/play/play.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <signal.h>
#include <sstream>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "server/app/play/board_compare.h"
#include "server/app/play/server_process.h"

namespace swarmboard::play {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kPumpEvery{20};

// The clients go on reading meanwhile: one that does not answer is taken for lost.
void await_line(Player& player, std::istream& steps, std::ostream& out) {
  out << "-- waits before the next stage" << std::endl;
  const auto line = std::async(std::launch::async, [&steps] {
    std::string ignored;
    std::getline(steps, ignored);
  });
  while (line.wait_for(kPumpEvery) != std::future_status::ready) {
    for (auto& [member, person] : player.people()) {
      person->pump(std::chrono::milliseconds(0));
    }
  }
}

// What the options mean.
struct Plan {
  std::vector<Script> scripts;
  Pace pace;
  std::vector<std::int64_t> at_ms;
  std::optional<std::int64_t> kill_at_ms;
};

using Boards = std::map<std::string, std::vector<std::string>>;  // By "session/member".

// Every text in the scripts is a possible id; that is more than the ids, and does no harm.
void collect_texts(const json::value& value, KnownIds& known) {
  if (value.is_string()) {
    known.insert(std::string(value.get_string()));
  } else if (value.is_array()) {
    for (const json::value& item : value.get_array()) {
      collect_texts(item, known);
    }
  } else if (value.is_object()) {
    for (const auto& member : value.get_object()) {
      known.insert(std::string(member.key()));
      collect_texts(member.value(), known);
    }
  }
}

KnownIds known_ids(const std::vector<Script>& scripts) {
  KnownIds known;
  for (const Script& script : scripts) {
    for (const Action& action : script.actions) {
      known.insert(action.actor);
      for (const auto& member : action.args) {
        known.insert(std::string(member.key()));
        collect_texts(member.value(), known);
      }
    }
  }
  return known;
}

boost::system::result<Plan, ScriptError> make_plan(const PlayOptions& options) {
  Plan plan;
  const auto pace = parse_pace(options.pace);
  if (!pace) {
    return ScriptError{"--pace must be max, real or a factor such as x4"};
  }
  plan.pace = *pace;
  for (const std::string& text : options.at) {
    const auto moment = parse_moment(text);
    if (!moment) {
      return ScriptError{"--at: " + moment.error().what};
    }
    plan.at_ms.push_back(*moment);
  }
  std::ranges::sort(plan.at_ms);
  if (!options.kill_at.empty()) {
    const auto moment = parse_moment(options.kill_at);
    if (!moment) {
      return ScriptError{"--kill-at: " + moment.error().what};
    }
    if (!options.server.empty()) {
      return ScriptError{"--kill-at needs a server of its own; leave out --server"};
    }
    plan.kill_at_ms = *moment;
  }
  if (!options.server.empty() && parse_address(options.server).host.empty()) {
    return ScriptError{"--server must be an address such as http://127.0.0.1:8080"};
  }
  for (const std::string& path : options.scripts) {
    auto script = read_script(path);
    if (!script) {
      return script.error();
    }
    plan.scripts.push_back(std::move(*script));
  }
  return plan;
}

void kill_and_resume(Player& player, ServerProcess& server, std::ostream& out) {
  out << "-- the server is killed with a command in flight, and started again\n";
  server.end(SIGKILL);
  server.start(kScriptServer);
  player.resume_all();
}

// One script, with its summaries and the kill when it is due.
void play_script(Player& player, const Plan& plan, std::optional<std::int64_t> kill_at_ms,
                 ServerProcess* server, std::ostream& out) {
  std::vector<std::int64_t> stops = plan.at_ms;
  if (kill_at_ms) {
    stops.push_back(*kill_at_ms);
  }
  std::ranges::sort(stops);
  for (const std::int64_t stop : stops) {
    player.play_to(stop);
    if (kill_at_ms == stop) {
      player.interrupt([&player, server, &out] { kill_and_resume(player, *server, out); });
    }
    if (std::ranges::find(plan.at_ms, stop) != plan.at_ms.end()) {
      player.print_summary();
    }
  }
  player.play_rest();
}

// One playing of all scripts.
struct Round {
  const Plan& plan;
  const KnownIds& known;
  ServerProcess* server = nullptr;  // Null: somebody else's.
  bool with_kill = false;
};

// All scripts on one server. Returns what each member has at the end of each session.
Boards play_all(Player& player, const Round& round, std::ostream& out) {
  const Plan& plan = round.plan;
  Boards boards;
  MadeIds made;
  for (const Script& script : plan.scripts) {
    const bool last = &script == &plan.scripts.back();
    player.begin(script);
    play_script(player, plan, round.with_kill && last ? plan.kill_at_ms : std::nullopt,
                round.server, out);
    for (auto& [member, person] : player.people()) {
      if (person->model().stream(player.session_id()) != nullptr) {
        boards[player.session_id() + "/" + member] =
            board_lines(player.board_of(member), round.known, made);
      }
    }
    player.finish();
  }
  return boards;
}

// The same scripts once more on a server that nobody kills; what each member has must be the same.
void compare_with_unkilled(Player& player, const PlayOptions& options, const Round& round,
                           const Boards& killed, std::ostream& out) {
  out << "== the same without the kill\n";
  ServerProcess server(options.program);
  server.start(kScriptServer);
  std::ostringstream quiet;
  Player reference(server.url(), round.plan.pace, quiet);
  const Boards boards = play_all(reference, {round.plan, round.known, &server, false}, quiet);
  for (const auto& [name, lines] : boards) {
    const auto other = killed.find(name);
    if (other == killed.end()) {
      player.add_difference("no board of " + name + " after the kill");
      continue;
    }
    for (const std::string& sentence : compare_boards(lines, other->second)) {
      player.add_difference(name + ": " + sentence);
    }
  }
}

int report(const Player& player, std::ostream& out) {
  if (player.differences().empty()) {
    out << "== everything as expected\n";
    return kExitAsExpected;
  }
  out << "== " << player.differences().size() << " differences\n";
  for (const std::string& sentence : player.differences()) {
    out << "   " << sentence << "\n";
  }
  return kExitDiffers;
}

int play_plan(const PlayOptions& options, const Plan& plan, std::ostream& out) {
  std::unique_ptr<ServerProcess> server;
  if (options.server.empty()) {
    server = std::make_unique<ServerProcess>(options.program);
    server->start(kScriptServer);
  }
  Player player(server != nullptr ? server->url() : options.server, plan.pace, out);
  if (options.steps != nullptr) {
    player.before_stages([&] { await_line(player, *options.steps, out); });
  }
  const KnownIds known = known_ids(plan.scripts);
  const Round round{plan, known, server.get(), true};
  const Boards boards = play_all(player, round, out);
  if (plan.kill_at_ms) {
    compare_with_unkilled(player, options, round, boards, out);
  }
  return report(player, out);
}

}  // namespace

std::optional<Pace> parse_pace(const std::string& text) {
  if (text == "max") {
    return Pace{};
  }
  if (text == "real") {
    return Pace{.full_speed = false, .speed = 1};
  }
  if (!text.starts_with('x')) {
    return std::nullopt;
  }
  double speed = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 1, end, speed);
  if (error != std::errc{} || stop != end || !(speed > 0) || speed > 1'000'000) {
    return std::nullopt;
  }
  return Pace{.full_speed = false, .speed = speed};
}

int play(const PlayOptions& options, std::ostream& out, std::ostream& err) {
  const auto plan = make_plan(options);
  if (!plan) {
    err << plan.error().what << "\n";
    return kExitCannotPlay;
  }
  try {
    return play_plan(options, *plan, out);
  } catch (const std::exception& error) {
    err << "the play stopped: " << error.what() << "\n";
    return kExitCannotPlay;
  }
}

}  // namespace swarmboard::play
