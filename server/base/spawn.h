// The only way to start a coroutine. What escapes from it is logged under its name, never lost and
// never the end of the process. A spawned coroutine takes everything by value or shared_ptr.
#pragma once

#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace swarmboard {

void spawn(const boost::asio::any_io_executor& executor, std::string name,
           boost::asio::awaitable<void> work);

}  // namespace swarmboard
