// The load of `swarmboard load` against the bare room, with the same engine, plan, clocks and
// report; only what is said differs.
//
//   bare_load --server URL --server-pid PID [the flags of `swarmboard load`]
#include <cstring>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "server/app/config.h"
#include "server/app/load/dialect.h"
#include "server/app/load/engine.h"
#include "server/app/load/frames.h"
#include "server/app/load/measurement.h"
#include "server/app/load/plan.h"
#include "server/app/load/report.h"
#include "server/app/play/http_client.h"
#include "server/base/system_clock.h"

namespace swarmboard::load {
namespace {

// A message is the number of the command (8 bytes), the author's index (4 bytes) and the text.
constexpr std::size_t kHeadBytes = 12;
constexpr std::uint32_t kInFlightMax = 32;  // As the board's protocol allows.

class BareDialect final : public Dialect {
 public:
  explicit BareDialect(std::size_t text_bytes) : message_(kHeadBytes + text_bytes, 'x') {}

  [[nodiscard]] std::string target(const Client& client) const override {
    return "/" + std::to_string(client.board);
  }

  [[nodiscard]] std::string headers() const override { return {}; }

  [[nodiscard]] std::uint32_t in_flight_max() const override { return kInFlightMax; }

  void open(Client& /*client*/, std::string& /*out*/) override {}

  Heard hear(Client& client, std::string_view message, Ledger& ledger,
             std::string& /*out*/) override {
    Heard heard;
    if (message.empty()) {
      heard.ready = true;
    } else if (message.size() != message_.size()) {
      heard.lost = "a message of a wrong size";
    } else {
      std::uint64_t number = 0;
      std::uint32_t author = 0;
      std::memcpy(&number, message.data(), sizeof number);
      std::memcpy(&author, message.data() + sizeof number, sizeof author);
      ledger.delivered(client, author, number);
    }
    return heard;
  }

  void append_command(const Client& client, std::uint64_t number, std::string& out) override {
    std::memcpy(message_.data(), &number, sizeof number);
    std::memcpy(message_.data() + sizeof number, &client.index, sizeof client.index);
    append_frame(out, Opcode::Binary, message_);
  }

 private:
  std::string message_;
};

int run(const app::LoadConfig& config) {
  const auto plan = make_plan(config);
  const play::Address address = play::parse_address(config.server);
  if (!plan || address.host.empty()) {
    std::cerr << "bare_load: " << (plan ? "--server is needed" : plan.error().what) << '\n';
    return app::kExitUsage;
  }
  if (const Problem problem = allow_descriptors(plan->connections())) {
    std::cerr << "bare_load: " << *problem << '\n';
    return app::kExitUsage;
  }
  const SystemClock clock;
  BareDialect dialect(plan->text_bytes);
  Engine engine(dialect, clock, address.host, address.port, make_clients(*plan));
  Measurement measurement(*plan, engine, clock, config.server_pid);
  if (measurement.enter()) {
    measurement.measure();
  }
  if (!write_report(measurement.findings(), config.json, std::cout)) {
    std::cerr << "bare_load: the report cannot be written to " << config.json << '\n';
    return app::kExitUsage;
  }
  return measurement.findings().problems.empty() ? 0 : 1;
}

}  // namespace
}  // namespace swarmboard::load

int main(int argc, char** argv) {
  std::vector<std::string> words{"load"};
  words.insert(words.end(), argv + 1, argv + argc);
  const auto arguments = swarmboard::app::parse_arguments(words);
  if (arguments.what != swarmboard::app::Arguments::What::Load) {
    std::cerr << arguments.text;
    return arguments.exit_code;
  }
  return swarmboard::load::run(arguments.load);
}
