#include "server/app/load/plan.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "server/base/limits.h"

namespace swarmboard::load {
namespace {

// A process has 20,000 descriptors here; some are the program's own.
constexpr std::uint64_t kConnectionsMax = 19'000;
constexpr std::uint32_t kTeamsMax = 256;  // What serve --demo-teams takes.
constexpr double kRateMax = 1'000;
constexpr double kCommandsPerSecondMax = 200'000;
constexpr std::uint32_t kSecondsMax = 600;
constexpr std::uint32_t kTextBytesMin = 20;  // The number of the command stands in it.
constexpr std::uint32_t kTextBytesMax = 8'000;

constexpr std::array<Plan, 8> kScenarios{{
    {.scenario = "light", .rate = 0.5},
    {.scenario = "meeting", .rate = 2},
    {.scenario = "busy", .rate = 10},
    {.scenario = "big", .teams = 1, .clients = 1'000, .writers = 10, .rate = 5},
    {.scenario = "closed", .in_flight = 1},
    {.scenario = "commands", .teams = 64, .clients = 1, .writers = 1, .in_flight = 16},
    {.scenario = "idle", .deed = Deed::Idle, .clients = 500, .writers = 0},
    {.scenario = "rejoin", .deed = Deed::Rejoin, .clients = 500, .writers = 1, .in_flight = 1},
}};

BadPlan too_many(const std::string& what, const std::string& most) {
  return BadPlan{what + ": at most " + most};
}

template <class Value, class Given>
void overlay(Value& value, const Given& given) {
  if (given) {
    value = static_cast<Value>(*given);
  }
}

boost::system::result<void, BadPlan> check(const Plan& plan) {
  if (plan.teams == 0 || plan.clients == 0 || plan.seconds == 0) {
    return BadPlan{"at least one team, one client and one second are needed"};
  }
  if (plan.teams > kTeamsMax) {
    return too_many("teams", std::to_string(kTeamsMax));
  }
  if (plan.connections() > kConnectionsMax) {
    return too_many("teams x clients", std::to_string(kConnectionsMax));
  }
  if (plan.clients > limits::kLinksPerTeamMax) {
    return too_many("clients of a board", std::to_string(limits::kLinksPerTeamMax));
  }
  if (plan.writers > std::min<std::uint64_t>(plan.clients, limits::kParticipantsMax)) {
    return BadPlan{"the writers of a board are among its clients, and at most " +
                   std::to_string(limits::kParticipantsMax)};
  }
  if (plan.seconds > kSecondsMax || plan.warm_up_s > kSecondsMax) {
    return too_many("seconds", std::to_string(kSecondsMax));
  }
  if (plan.text_bytes < kTextBytesMin || plan.text_bytes > kTextBytesMax) {
    return BadPlan{"the text of a command has " + std::to_string(kTextBytesMin) + " to " +
                   std::to_string(kTextBytesMax) + " bytes"};
  }
  if (plan.deed != Deed::Write) {
    return {};
  }
  if (plan.writers == 0) {
    return BadPlan{"somebody has to write in this scenario"};
  }
  if (!std::isfinite(plan.rate) || plan.rate < 0 || plan.rate > kRateMax ||
      plan.rate * plan.teams * plan.writers > kCommandsPerSecondMax) {
    return BadPlan{
        "a writer writes at most 1000 and all together at most 200000 commands a "
        "second"};
  }
  if ((plan.rate > 0) == (plan.in_flight > 0)) {
    return BadPlan{"either a rate (open loop) or commands in flight (closed loop)"};
  }
  if (plan.in_flight > limits::kCommandsInFlightMax) {
    return too_many("commands in flight", std::to_string(limits::kCommandsInFlightMax));
  }
  return {};
}

}  // namespace

boost::system::result<Plan, BadPlan> make_plan(const app::LoadConfig& config) {
  const auto named = std::find_if(kScenarios.begin(), kScenarios.end(), [&](const Plan& plan) {
    return plan.scenario == config.scenario;
  });
  if (named == kScenarios.end()) {
    std::string known;
    for (const std::string& name : scenario_names()) {
      known += (known.empty() ? "" : ", ") + name;
    }
    return BadPlan{"there is no scenario \"" + config.scenario + "\"; there are: " + known};
  }
  Plan plan = *named;
  overlay(plan.teams, config.teams);
  overlay(plan.clients, config.clients);
  plan.writers = std::min(plan.writers, plan.clients);
  overlay(plan.writers, config.writers);
  if (config.rate || config.in_flight) {
    plan.rate = config.rate.value_or(0);
    plan.in_flight = config.in_flight.value_or(0);
  }
  overlay(plan.text_bytes, config.text_bytes);
  overlay(plan.warm_up_s, config.warm_up_s);
  overlay(plan.seconds, config.seconds);
  overlay(plan.seed, config.seed);
  if (const auto checked = check(plan); !checked) {
    return checked.error();
  }
  return plan;
}

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const Plan& plan : kScenarios) {
    names.emplace_back(plan.scenario);
  }
  return names;
}

}  // namespace swarmboard::load
