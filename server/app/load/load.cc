#include "server/app/load/load.h"

#include <exception>
#include <memory>
#include <utility>

#include "server/app/load/board_dialect.h"
#include "server/app/load/boards.h"
#include "server/app/load/engine.h"
#include "server/app/load/measurement.h"
#include "server/app/load/plan.h"
#include "server/app/load/report.h"
#include "server/app/play/server_process.h"
#include "server/base/random.h"
#include "server/base/system_clock.h"

namespace swarmboard::load {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
// What everybody misses before they come back.
constexpr std::int64_t kMissedUs = kSecondUs / 100;

// One load from the first connection to the last receipt.
Findings run(const Plan& plan, const std::string& url, pid_t server_pid) {
  const SystemClock clock;
  const std::string run_id = random_bytes(8);
  Boards boards(url, plan.teams, plan.clients, to_hex(run_id));
  BoardDialect dialect(boards.places(), run_id, url, plan.text_bytes);
  const play::Address address = play::parse_address(url);
  Engine engine(dialect, clock, address.host, address.port, make_clients(plan));
  Measurement measurement(plan, engine, clock, server_pid);
  dialect.set_tickets(boards.tickets(engine.clients()));
  bool entered = measurement.enter();
  if (entered && plan.deed == Deed::Rejoin) {
    // The writers stay and write a little, so that the others have something to catch up with.
    engine.cut([](const Client& client) { return !client.writes; });
    engine.write_closely(plan.in_flight);
    engine.run_for(kMissedUs);
    engine.stop_writing();
    engine.run_for(kSecondUs);
    dialect.set_tickets(boards.tickets(engine.clients()));
    entered = measurement.enter();
  }
  if (entered) {
    measurement.measure();
  }
  return measurement.findings();
}

int run_plan(const Plan& plan, const app::LoadConfig& config, const std::filesystem::path& program,
             std::ostream& out, std::ostream& err) {
  std::unique_ptr<play::ServerProcess> own;
  std::string url = config.server;
  pid_t pid = config.server_pid;
  if (url.empty()) {
    // Nobody types 1,000 commands a second; a closed loop does.
    own = std::make_unique<play::ServerProcess>(program);
    own->start(
        {"--demo", "--demo-teams", std::to_string(plan.teams), "--commands-per-second", "100000"});
    url = own->url();
    pid = own->child().pid();
  } else if (play::parse_address(url).host.empty()) {
    err << "swarmboard: --server looks like http://127.0.0.1:8080, not " << url << '\n';
    return kExitCannotLoad;
  }
  const Findings findings = run(plan, url, pid);
  if (!write_report(findings, config.json, out)) {
    err << "swarmboard: load: the report cannot be written to " << config.json << '\n';
    return kExitCannotLoad;
  }
  return findings.problems.empty() ? kExitDone : kExitProblem;
}

}  // namespace

int load(const app::LoadConfig& config, const std::filesystem::path& program, std::ostream& out,
         std::ostream& err) {
  const auto plan = make_plan(config);
  if (!plan) {
    err << "swarmboard: load: " << plan.error().what << '\n';
    return kExitCannotLoad;
  }
  if (const Problem problem = allow_descriptors(plan->connections())) {
    err << "swarmboard: load: " << *problem << '\n';
    return kExitCannotLoad;
  }
  try {
    return run_plan(*plan, config, program, out, err);
  } catch (const std::exception& error) {
    err << "swarmboard: load: " << error.what() << '\n';
    return kExitCannotLoad;
  }
}

}  // namespace swarmboard::load
