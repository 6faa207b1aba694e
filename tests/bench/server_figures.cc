#include "tests/bench/server_figures.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace swarmboard::bench {
namespace {

std::string proc_file(pid_t pid, const std::string& name) {
  std::ifstream file("/proc/" + std::to_string(pid) + '/' + name, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (text.empty()) {
    throw std::runtime_error("the server is gone");
  }
  return text;
}

}  // namespace

std::int64_t mono_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::int64_t cpu_us_of(pid_t pid) {
  const std::string stat = proc_file(pid, "stat");
  // Fields 14 and 15, counted from 1; the second one, in brackets, may hold blanks.
  std::size_t at = stat.rfind(')');
  for (int field = 2; field < 13 && at != std::string::npos; ++field) {
    at = stat.find(' ', at + 1);
  }
  if (at == std::string::npos) {
    throw std::runtime_error("/proc does not say what the server has used");
  }
  char* rest = nullptr;
  const std::int64_t user = std::strtoll(stat.c_str() + at, &rest, 10);
  const std::int64_t system = std::strtoll(rest, nullptr, 10);
  return (user + system) * 1'000'000 / ::sysconf(_SC_CLK_TCK);
}

std::uint64_t rss_bytes_of(pid_t pid) {
  const std::string statm = proc_file(pid, "statm");
  char* rest = nullptr;
  std::strtoull(statm.c_str(), &rest, 10);
  return std::strtoull(rest, nullptr, 10) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace swarmboard::bench
