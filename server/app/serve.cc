#include "server/app/serve.h"

#include <csignal>
#include <cstdlib>
#include <iostream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <google/protobuf/stubs/logging.h>

#include "server/app/out_of_memory.h"
#include "server/app/server.h"
#include "server/base/log.h"

namespace swarmboard::app {
namespace {

constexpr int kExitSecondSignal = 1;

void set_log_level(const std::string& name) {
  using log::Level;
  if (name == "debug") {
    log::set_level(Level::Debug);
  } else if (name == "warn") {
    log::set_level(Level::Warn);
  } else if (name == "error") {
    log::set_level(Level::Error);
  } else if (name == "off") {
    log::set_level(Level::Off);
  } else {
    log::set_level(Level::Info);
  }
}

// The parser complains on stderr about text that is no UTF-8, once per message of whoever sends it:
// into our log, where it is one line and counted.
void log_protobuf() {
  google::protobuf::SetLogHandler(
      [](google::protobuf::LogLevel, const char*, int, const std::string& what) {
        log::warn("protobuf refused something", {{"what", what}});
      });
}

void announce(const Server& server) {
  std::cout << "swarmboard listening on " << server.url() << '\n';
  if (!server.owner_link().empty()) {
    std::cout << "This team has no owner yet. Open this link to become its owner:\n"
              << server.owner_link() << '\n';
  }
  std::cout << std::flush;
  if (!server.quarantine().empty()) {
    std::cerr << "swarmboard: the journal is damaged and can only be read.\n"
              << server.quarantine() << '\n';
  }
}

}  // namespace

int serve(const ServeConfig& config) {
  end_when_out_of_memory();
  set_log_level(config.log_level);
  log_protobuf();
  // Whoever started us may have closed the pipe behind our output; that is no reason to end.
  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context waiting(1);
  boost::asio::signal_set signals(waiting, SIGTERM, SIGINT);
  Server server(config);
  if (const auto problem = server.start()) {
    std::cerr << "swarmboard: " << *problem << '\n';
    server.stop();
    return kExitCannotStart;
  }
  announce(server);
  signals.async_wait([](const boost::system::error_code&, int) {});
  waiting.run();
  // From now on the default again: a second signal ends the process at once.
  signals.clear();
  std::signal(SIGTERM, [](int) { std::_Exit(kExitSecondSignal); });
  std::signal(SIGINT, [](int) { std::_Exit(kExitSecondSignal); });
  server.stop();
  return EXIT_SUCCESS;
}

}  // namespace swarmboard::app
