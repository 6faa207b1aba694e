#include "server/net/operator_door.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "server/base/asio.h"
#include "server/base/log.h"
#include "server/base/spawn.h"

namespace swarmboard::net {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptPause{100};

// A socket's address holds about a hundred bytes and a folder's name may be longer: it is bound
// through an open descriptor of the folder.
class OpenFolder {
 public:
  explicit OpenFolder(const std::string& path)
      : descriptor_(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}

  ~OpenFolder() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }

  OpenFolder(const OpenFolder&) = delete;
  OpenFolder& operator=(const OpenFolder&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

  [[nodiscard]] std::string path_of(const std::string& file) const {
    return "/proc/self/fd/" + std::to_string(descriptor_) + '/' + file;
  }

 private:
  int descriptor_;
};

asio::awaitable<DoorAnswer> ask(const DoorHandle& handle, std::string request,
                                asio::any_io_executor executor) {
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(DoorAnswer)>(
      [&handle, executor](auto done, std::string asked) {
        auto shared = std::make_shared<decltype(done)>(std::move(done));
        handle(std::move(asked), [shared, executor](DoorAnswer answer) {
          asio::post(executor, [shared, answer = std::move(answer)]() mutable {
            std::move (*shared)(std::move(answer));
          });
        });
      },
      asio::use_awaitable, std::move(request));
}

}  // namespace

struct OperatorDoor::Caller {
  Caller(Socket connected, std::shared_ptr<std::unordered_set<Caller*>> all)
      : socket(std::move(connected)), patience(socket.get_executor()), callers(std::move(all)) {
    callers->insert(this);
  }

  ~Caller() { callers->erase(this); }

  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  void hang_up() {
    error_code ignored;  // A broken socket has nothing to close.
    socket.close(ignored);
    patience.cancel();
  }

  Socket socket;
  asio::steady_timer patience;
  std::shared_ptr<std::unordered_set<Caller*>> callers;
};

OperatorDoor::OperatorDoor(asio::any_io_executor executor, DoorHandle handle)
    : executor_(std::move(executor)),
      handle_(std::move(handle)),
      acceptor_(executor_),
      callers_(std::make_shared<std::unordered_set<Caller*>>()) {}

OperatorDoor::~OperatorDoor() {
  close();
}

error_code OperatorDoor::open(const std::string& folder) {
  const OpenFolder opened(folder);
  if (!opened.is_open()) {
    return {errno, boost::system::system_category()};
  }
  const std::string path = folder + '/' + kDoorFile;
  ::unlink(path.c_str());  // Whatever stands in the way is told by bind().
  error_code ec;
  acceptor_.open(stream_protocol(), ec);
  // On the socket, before it has a name: then there is no moment at which others could open it.
  if (!ec && ::fchmod(acceptor_.native_handle(), S_IRUSR | S_IWUSR) != 0) {
    ec.assign(errno, boost::system::system_category());
  }
  if (!ec) {
    acceptor_.bind(stream_protocol::endpoint(opened.path_of(kDoorFile)), ec);
  }
  if (!ec) {
    path_ = path;
    acceptor_.listen(static_cast<int>(kDoorCallersMax), ec);
  }
  if (ec) {
    close();
  }
  return ec;
}

void OperatorDoor::start() {
  if (acceptor_.is_open()) {
    spawn(executor_, "operator door", accept_loop());
  }
}

void OperatorDoor::close() {
  error_code ignored;  // Closing a listening socket frees it whatever the answer.
  acceptor_.close(ignored);
  for (Caller* caller : *callers_) {
    caller->hang_up();
  }
  if (!path_.empty()) {
    ::unlink(std::exchange(path_, {}).c_str());
  }
}

asio::awaitable<void> OperatorDoor::accept_loop() {
  asio::steady_timer pause(executor_);
  while (true) {
    auto [ec, socket] = co_await acceptor_.async_accept(kUseTuple);
    if (ec == asio::error::operation_aborted) {
      co_return;
    }
    if (ec) {
      log::warn("accepting at the operator's door failed", {{"why", ec.message()}});
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(kUseTuple);
    } else if (callers_->size() < kDoorCallersMax) {
      spawn(executor_, "operator",
            serve(std::make_shared<Caller>(std::move(socket), callers_), handle_));
    }
  }
}

// Hangs up after `us` unless the timer is set anew or cancelled.
asio::awaitable<void> OperatorDoor::serve(std::shared_ptr<Caller> caller, DoorHandle handle) {
  const auto set_patience = [&caller](std::int64_t us) {
    caller->patience.expires_after(std::chrono::microseconds(us));
    caller->patience.async_wait([weak = std::weak_ptr(caller)](error_code ec) {
      const auto late = weak.lock();
      if (!ec && late != nullptr) {
        late->hang_up();
      }
    });
  };
  set_patience(kDoorRequestUs);
  std::string line;
  std::array<char, kDoorLineBytesMax> chunk;
  while (line.find('\n') == std::string::npos) {
    auto [ec, bytes] = co_await caller->socket.async_read_some(asio::buffer(chunk), kUseTuple);
    line.append(chunk.data(), bytes);
    if (ec || line.size() > kDoorLineBytesMax) {
      co_return;
    }
  }
  line.resize(line.find('\n'));
  set_patience(kDoorHeldUs);
  DoorAnswer answer = co_await ask(handle, std::move(line), caller->socket.get_executor());
  answer.line += '\n';
  auto [ec, sent] =
      co_await asio::async_write(caller->socket, asio::buffer(answer.line), kUseTuple);
  while (!ec) {
    auto [read_ec, bytes] = co_await caller->socket.async_read_some(asio::buffer(chunk), kUseTuple);
    ec = read_ec;
  }
  caller->patience.cancel();
}

}  // namespace swarmboard::net
