#include "server/app/load/report.h"

#include <array>
#include <cstdio>
#include <fstream>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace swarmboard::load {
namespace {

namespace json = boost::json;

constexpr double kUsPerMs = 1'000;
constexpr double kUsPerSecond = 1e6;

double ratio(double value, double by) {
  return by > 0 ? value / by : 0;
}

double as_double(std::uint64_t value) {
  return static_cast<double>(value);
}

json::object latency(const Histogram& us) {
  const auto ms = [&](double share) { return as_double(us.quantile(share)) / kUsPerMs; };
  return {{"count", us.count()},
          {"p50_ms", ms(0.5)},
          {"p99_ms", ms(0.99)},
          {"p999_ms", ms(0.999)},
          {"max_ms", as_double(us.max()) / kUsPerMs}};
}

json::object tally(const Tally& counts) {
  return {{"submitted", counts.submitted},   {"acknowledged", counts.acknowledged},
          {"deliveries", counts.deliveries}, {"expected_deliveries", counts.expected},
          {"refused", counts.refused},       {"put_off", counts.put_off},
          {"unmatched", counts.unmatched},   {"bytes_in", counts.bytes_in}};
}

void add_cpu(json::object& out, const Findings& findings) {
  if (findings.cpu_s) {
    out["cpu_share"] = ratio(*findings.cpu_s, findings.window_s);
    out["cpu_us_per_delivery"] =
        ratio(*findings.cpu_s * kUsPerSecond, as_double(findings.window.deliveries));
    out["cpu_us_per_command"] =
        ratio(*findings.cpu_s * kUsPerSecond, as_double(findings.window.acknowledged));
  }
  if (findings.entering_cpu_s) {
    out["cpu_us_per_join"] =
        ratio(*findings.entering_cpu_s * kUsPerSecond, as_double(findings.entering_us.count()));
  }
  if (findings.memory_bytes) {
    out["memory_bytes_per_connection"] =
        ratio(as_double(*findings.memory_bytes), as_double(findings.plan.connections()));
  }
}

std::string line(const char* format, double value) {
  std::array<char, 160> text{};
  const int length = std::snprintf(text.data(), text.size(), format, value);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string latency_line(const char* what, const Histogram& us) {
  std::array<char, 200> text{};
  const auto ms = [&](double share) { return as_double(us.quantile(share)) / kUsPerMs; };
  const int length = std::snprintf(
      text.data(), text.size(), "%-28s p50 %.2f ms   p99 %.2f ms   p99.9 %.2f ms   max %.2f ms\n",
      what, ms(0.5), ms(0.99), ms(0.999), as_double(us.max()) / kUsPerMs);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string written(const Findings& findings) {
  const Tally& window = findings.window;
  std::string text;
  text += line("acknowledged commands/s      %.0f\n",
               ratio(as_double(window.acknowledged), findings.window_s));
  text += line("deliveries/s                 %.0f\n",
               ratio(as_double(window.deliveries), findings.window_s));
  text += latency_line("submit to other members", findings.to_others_us);
  text += latency_line("submit to acknowledgement", findings.to_author_us);
  text += line("bytes per delivery           %.1f\n",
               ratio(as_double(window.bytes_in), as_double(window.deliveries)));
  if (findings.cpu_s) {
    text += line("server CPU per delivery      %.2f us\n",
                 ratio(*findings.cpu_s * kUsPerSecond, as_double(window.deliveries)));
  }
  text += line("refused                      %.0f\n", as_double(findings.whole.refused));
  text += line("put off and sent again       %.0f\n", as_double(findings.whole.put_off));
  return text;
}

}  // namespace

json::object to_json(const Findings& findings) {
  const Plan& plan = findings.plan;
  json::object server;
  add_cpu(server, findings);
  json::array problems(findings.problems.begin(), findings.problems.end());
  return {{"scenario", plan.scenario},
          {"plan",
           {{"teams", plan.teams},
            {"clients", plan.clients},
            {"writers", plan.writers},
            {"rate", plan.rate},
            {"in_flight", plan.in_flight},
            {"text_bytes", plan.text_bytes},
            {"seconds", plan.seconds},
            {"seed", plan.seed}}},
          {"window_s", findings.window_s},
          {"commands_per_s", ratio(as_double(findings.window.acknowledged), findings.window_s)},
          {"deliveries_per_s", ratio(as_double(findings.window.deliveries), findings.window_s)},
          {"bytes_per_delivery",
           ratio(as_double(findings.window.bytes_in), as_double(findings.window.deliveries))},
          {"to_others", latency(findings.to_others_us)},
          {"to_author", latency(findings.to_author_us)},
          {"entering", latency(findings.entering_us)},
          {"entering_all_s", findings.entering_all_s},
          {"server", std::move(server)},
          {"own_cpu_share", ratio(findings.own_cpu_s, findings.window_s)},
          {"window", tally(findings.window)},
          {"whole", tally(findings.whole)},
          {"problems", std::move(problems)}};
}

std::string to_text(const Findings& findings) {
  const Plan& plan = findings.plan;
  std::string text = "load: " + std::string(plan.scenario) + ", " + std::to_string(plan.teams) +
                     " boards x " + std::to_string(plan.clients) + " clients, seed " +
                     std::to_string(plan.seed) + "\n";
  text += line("all entered after            %.3f s\n", findings.entering_all_s);
  text += latency_line("entering", findings.entering_us);
  if (findings.entering_cpu_s) {
    text += line(
        "server CPU per entering      %.1f us\n",
        ratio(*findings.entering_cpu_s * kUsPerSecond, as_double(findings.entering_us.count())));
  }
  if (findings.memory_bytes) {
    text += line("server memory per connection %.0f bytes\n",
                 ratio(as_double(*findings.memory_bytes), as_double(plan.connections())));
  }
  if (plan.deed == Deed::Write) {
    text += written(findings);
  }
  if (findings.cpu_s) {
    text += line("server CPU                   %.2f %% of a core\n",
                 100 * ratio(*findings.cpu_s, findings.window_s));
  }
  text += line("own CPU                      %.2f %% of a core\n",
               100 * ratio(findings.own_cpu_s, findings.window_s));
  for (const std::string& problem : findings.problems) {
    text += "PROBLEM: " + problem + "\n";
  }
  return text;
}

bool write_report(const Findings& findings, const std::string& json_path, std::ostream& out) {
  const std::string text = json::serialize(to_json(findings)) + "\n";
  if (json_path == "-") {
    out << text;
    return true;
  }
  out << to_text(findings);
  if (json_path.empty()) {
    return true;
  }
  std::ofstream file(json_path);
  file << text;
  return static_cast<bool>(file.flush());
}

}  // namespace swarmboard::load
