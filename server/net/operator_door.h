// The operator's door into the running server: a Unix socket in the data folder that only the
// server's own user (and root) can open. It is not reachable through the port, so no proxy can
// expose it. A caller sends one line, gets one line, and holds what the answer stands for until it
// hangs up.
//
// Owner: app; lives on the first IO thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace swarmboard::net {

// In the data folder.
inline constexpr const char* kDoorFile = "operator.sock";
inline constexpr std::size_t kDoorLineBytesMax = 256;
inline constexpr std::size_t kDoorCallersMax = 4;  // One works, the others are told to wait.
// To send the line, and to let go of what was answered: copying a store takes minutes, not hours.
inline constexpr std::int64_t kDoorRequestUs = 5'000'000;
inline constexpr std::int64_t kDoorHeldUs = 6LL * 3600 * 1'000'000;

struct DoorAnswer {
  std::string line;            // Without its line end.
  std::shared_ptr<void> held;  // Let go on the door's thread when the caller hangs up.
};

// The answer may come on any thread, exactly once.
using DoorHandle = std::function<void(std::string request, std::function<void(DoorAnswer)> answer)>;

class OperatorDoor {
 public:
  OperatorDoor(boost::asio::any_io_executor executor, DoorHandle handle);
  ~OperatorDoor();
  OperatorDoor(const OperatorDoor&) = delete;
  OperatorDoor& operator=(const OperatorDoor&) = delete;

  // Takes the place of a socket that a killed server left. Precondition: the folder is ours alone.
  [[nodiscard]] boost::system::error_code open(const std::string& folder);
  // Does nothing when it was not opened.
  void start();
  // Hangs up on everybody and takes the socket out of the folder.
  void close();

 private:
  using Socket = boost::asio::local::stream_protocol::socket;

  struct Caller;
  boost::asio::awaitable<void> accept_loop();
  static boost::asio::awaitable<void> serve(std::shared_ptr<Caller> caller, DoorHandle handle);

  boost::asio::any_io_executor executor_;
  DoorHandle handle_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  std::string path_;
  // Shared with the coroutines, which may end after this object.
  std::shared_ptr<std::unordered_set<Caller*>> callers_;
};

}  // namespace swarmboard::net
