#include "server/base/log.h"

#include <chrono>
#include <map>
#include <mutex>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace swarmboard::log {
namespace {

constexpr std::size_t kValueBytesMax = 256;
constexpr std::uint32_t kLinesPerSecondMax = 20;
// Messages are fixed texts of ours; far fewer exist. The bound only guards against a mistake.
constexpr std::size_t kMessagesRememberedMax = 512;

std::string_view name_of(Level level) {
  switch (level) {
    case Level::Debug:
      return "debug";
    case Level::Info:
      return "info";
    case Level::Warn:
      return "warn";
    case Level::Error:
    case Level::Off:
      break;
  }
  return "error";
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::Debug:
      return spdlog::level::debug;
    case Level::Info:
      return spdlog::level::info;
    case Level::Warn:
      return spdlog::level::warn;
    case Level::Error:
      return spdlog::level::err;
    case Level::Off:
      break;
  }
  return spdlog::level::off;
}

void append_value(std::string& line, std::string_view value) {
  const bool cut = value.size() > kValueBytesMax;
  value = value.substr(0, kValueBytesMax);
  const bool quoted = cut || value.empty() || value.find_first_of(" \"=\\\t\r\n") != value.npos;
  if (quoted) {
    line += '"';
  }
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      line += '\\';
    }
    line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  line += cut ? "..." : "";
  if (quoted) {
    line += '"';
  }
}

class Log {
 public:
  Log() : logger_("swarmboard", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern("time=%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc);
    logger_.flush_on(spdlog::level::warn);
  }

  void write(Level level, std::string_view message, Fields fields) {
    if (!logger_.should_log(spdlog_level(level))) {
      return;
    }
    std::uint64_t suppressed = 0;
    std::function<void(const std::string&)> sink;
    {
      const std::lock_guard lock(mutex_);
      if (!may_print(message, suppressed)) {
        return;
      }
      sink = sink_;
    }
    std::string line = format_line(level, message, fields);
    if (suppressed > 0) {
      line += " suppressed_before=" + std::to_string(suppressed);
    }
    if (sink) {
      sink(line);
    } else {
      logger_.log(spdlog_level(level), line);
    }
  }

  void set_level(Level level) { logger_.set_level(spdlog_level(level)); }

  void flush() { logger_.flush(); }

  void capture(std::function<void(const std::string&)> sink) {
    const std::lock_guard lock(mutex_);
    sink_ = std::move(sink);
    windows_.clear();
  }

 private:
  struct Window {
    std::int64_t second = 0;
    std::uint32_t printed = 0;
    std::uint64_t suppressed = 0;
  };

  bool may_print(std::string_view message, std::uint64_t& suppressed) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const std::int64_t second = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    if (windows_.size() >= kMessagesRememberedMax) {
      windows_.clear();
    }
    Window& window = windows_[std::string(message)];
    if (window.second != second) {
      suppressed = window.suppressed;
      window = {.second = second, .printed = 0, .suppressed = 0};
    }
    if (window.printed >= kLinesPerSecondMax) {
      ++window.suppressed;
      return false;
    }
    ++window.printed;
    return true;
  }

  spdlog::logger logger_;
  std::mutex mutex_;
  std::function<void(const std::string&)> sink_;
  std::map<std::string, Window> windows_;
};

// Never destroyed: lines may still come from threads that end after main.
Log& instance() {
  static Log* const kLog = new Log;
  return *kLog;
}

}  // namespace

std::string format_line(Level level, std::string_view message, Fields fields) {
  std::string line = "level=";
  line += name_of(level);
  line += " msg=\"";
  line += message;
  line += '"';
  for (const Field& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    append_value(line, field.value);
  }
  return line;
}

void debug(std::string_view message, Fields fields) {
  instance().write(Level::Debug, message, fields);
}

void info(std::string_view message, Fields fields) {
  instance().write(Level::Info, message, fields);
}

void warn(std::string_view message, Fields fields) {
  instance().write(Level::Warn, message, fields);
}

void error(std::string_view message, Fields fields) {
  instance().write(Level::Error, message, fields);
}

void set_level(Level level) {
  instance().set_level(level);
}

void flush() {
  instance().flush();
}

void capture(std::function<void(const std::string&)> sink) {
  instance().capture(std::move(sink));
}

}  // namespace swarmboard::log
