#include "server/app/load/measurement.h"

#include <algorithm>
#include <ctime>
#include <sys/resource.h>

namespace swarmboard::load {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kEnterPatienceUs = 60 * kSecondUs;
constexpr std::int64_t kDrainPatienceUs = 10 * kSecondUs;
constexpr rlim_t kOwnDescriptors = 64;

double own_cpu_s() {
  timespec used{};
  // Only fails for a clock that does not exist.
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

double seconds_between(std::int64_t from_us, std::int64_t to_us) {
  return static_cast<double>(to_us - from_us) / kSecondUs;
}

// Seconds of CPU between two looks; nothing when one of them failed.
std::optional<double> cpu_between(const std::optional<ProcessFigures>& before,
                                  const std::optional<ProcessFigures>& after) {
  if (!before || !after) {
    return std::nullopt;
  }
  return static_cast<double>(after->cpu_ns - before->cpu_ns) / 1e9;
}

}  // namespace

Problem allow_descriptors(std::uint64_t connections) {
  rlimit limit{};
  const rlim_t wanted = connections + kOwnDescriptors;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) {
    return std::nullopt;
  }
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  if (limit.rlim_cur < wanted || ::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return "this process may open " + std::to_string(limit.rlim_max) + " files and " +
           std::to_string(wanted) + " are needed: raise `ulimit -n`";
  }
  return std::nullopt;
}

std::vector<Client> make_clients(const Plan& plan) {
  std::vector<Client> clients(plan.connections());
  for (std::uint32_t index = 0; index < clients.size(); ++index) {
    clients[index].index = index;
    clients[index].board = index / plan.clients;
    clients[index].writes = index % plan.clients < plan.writers;
  }
  return clients;
}

Measurement::Measurement(const Plan& plan, Engine& engine, const Clock& clock, pid_t server_pid)
    : engine_(engine), clock_(clock), server_pid_(server_pid) {
  findings_.plan = plan;
}

bool Measurement::enter() {
  engine_.forget_entering();
  const auto before = read_process(server_pid_);
  if (!at_first_) {
    at_first_ = before;
  }
  const std::int64_t started_us = clock_.mono_us();
  const Problem problem = engine_.connect_all(kEnterPatienceUs);
  findings_.entering_all_s = seconds_between(started_us, clock_.mono_us());
  const auto after = read_process(server_pid_);
  findings_.entering_cpu_s = cpu_between(before, after);
  if (at_first_ && after && after->resident_bytes > at_first_->resident_bytes) {
    findings_.memory_bytes = after->resident_bytes - at_first_->resident_bytes;
  }
  findings_.entering_us = engine_.entering_us();
  if (problem) {
    findings_.problems.push_back(*problem);
  }
  return !problem;
}

void Measurement::measure() {
  const Plan& plan = findings_.plan;
  if (plan.deed == Deed::Write && plan.rate > 0) {
    engine_.write_openly(plan.rate * plan.writers * plan.teams, plan.seed);
  } else if (plan.deed == Deed::Write) {
    engine_.write_closely(plan.in_flight);
  }
  engine_.run_for(plan.warm_up_s * kSecondUs);
  const auto before = read_process(server_pid_);
  const double own_before_s = own_cpu_s();
  const Tally tally_before = engine_.ledger().tally();
  const std::int64_t started_us = clock_.mono_us();
  engine_.ledger().start_window(started_us);
  engine_.run_for(plan.seconds * kSecondUs);
  const std::int64_t ended_us = clock_.mono_us();
  engine_.ledger().end_window(ended_us);
  findings_.cpu_s = cpu_between(before, read_process(server_pid_));
  findings_.window = engine_.ledger().tally();
  findings_.window -= tally_before;
  findings_.window_s = seconds_between(started_us, ended_us);
  findings_.own_cpu_s = own_cpu_s() - own_before_s;
  settle();
}

void Measurement::settle() {
  engine_.stop_writing();
  const bool settled = engine_.drain(kDrainPatienceUs);
  const Ledger& ledger = engine_.ledger();
  const Tally& whole = ledger.tally();
  findings_.whole = whole;
  findings_.to_others_us = ledger.to_others_us();
  findings_.to_author_us = ledger.to_author_us();
  if (engine_.lost() > 0) {
    findings_.problems.push_back(std::to_string(engine_.lost()) +
                                 " connections were lost; the first: " + engine_.first_loss());
  }
  if (findings_.plan.deed == Deed::Write && (!settled || whole.deliveries != whole.expected)) {
    findings_.problems.push_back(std::to_string(whole.deliveries) + " deliveries came of " +
                                 std::to_string(whole.expected) + " expected");
  }
  if (whole.refused > 0) {
    findings_.problems.push_back(std::to_string(whole.refused) +
                                 " commands were refused; the first: " + ledger.first_refusal());
  }
}

}  // namespace swarmboard::load
