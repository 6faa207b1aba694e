#include "server/base/spawn.h"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "server/base/log.h"

namespace swarmboard {

void spawn(const boost::asio::any_io_executor& executor, std::string name,
           boost::asio::awaitable<void> work) {
  boost::asio::co_spawn(
      executor, std::move(work), [name = std::move(name)](const std::exception_ptr& escaped) {
        if (!escaped) {
          return;
        }
        try {
          std::rethrow_exception(escaped);
        } catch (const std::exception& e) {
          log::error("coroutine ended by an exception", {{"name", name}, {"what", e.what()}});
        }
      });
}

}  // namespace swarmboard
