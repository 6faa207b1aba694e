#include "server/app/load/process_figures.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace swarmboard::load {

std::optional<ProcessFigures> read_process(pid_t pid) {
  const std::filesystem::path folder = "/proc/" + std::to_string(pid);
  ProcessFigures figures;
  // In nanoseconds, where /proc/PID/stat counts hundredths of a second.
  std::error_code ec;
  for (const auto& thread : std::filesystem::directory_iterator(folder / "task", ec)) {
    std::ifstream file(thread.path() / "schedstat");
    std::uint64_t on_cpu_ns = 0;
    if (file >> on_cpu_ns) {
      figures.cpu_ns += on_cpu_ns;
    }
  }
  std::ifstream pages(folder / "statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  if (ec || figures.cpu_ns == 0 || !(pages >> size >> resident)) {
    return std::nullopt;
  }
  figures.resident_bytes = resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return figures;
}

}  // namespace swarmboard::load
