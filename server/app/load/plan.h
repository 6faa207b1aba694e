// What a load consists of: a named scenario, changed by flags, checked against limits. The names
// are those of docs/performance.md. PURE.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "server/app/config.h"

namespace swarmboard::load {

// Write: members write while all receive. Idle: nobody does anything. Rejoin: all connections are
// cut and come back at once with their resume tokens.
enum class Deed { Write, Idle, Rejoin };

struct Plan {
  std::string_view scenario;
  Deed deed = Deed::Write;
  std::uint32_t teams = 20;     // One board each.
  std::uint32_t clients = 50;   // Of each board.
  std::uint32_t writers = 50;   // Among them.
  double rate = 0;              // Open loop: commands a second of each writer; 0: closed loop ...
  std::uint32_t in_flight = 0;  // ... with so many of each writer under way.
  std::uint32_t text_bytes = 150;
  std::uint32_t warm_up_s = 2;
  std::uint32_t seconds = 4;
  std::uint64_t seed = 1;

  [[nodiscard]] std::uint64_t connections() const { return std::uint64_t{teams} * clients; }
};

// The sentence says which limit, and what it is.
struct BadPlan {
  std::string what;
};

[[nodiscard]] boost::system::result<Plan, BadPlan> make_plan(const app::LoadConfig& config);

[[nodiscard]] std::vector<std::string> scenario_names();

}  // namespace swarmboard::load
