// The completion token of all our coroutines: `auto [ec, n] = co_await ...(kUseTuple);` and the
// next line looks at `ec`.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace swarmboard {

inline constexpr auto kUseTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace swarmboard
