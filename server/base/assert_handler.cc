// What BOOST_ASSERT does, in every build: log, flush, stop. A restart reads the journal; going on
// with a broken assumption could write nonsense into it.
#include <cstdlib>

#include <boost/assert.hpp>

#include "server/base/log.h"

namespace boost {

void assertion_failed_msg(char const* expr, char const* msg, char const* function, char const* file,
                          long line) {  // NOLINT(google-runtime-int): the type Boost asks for.
  swarmboard::log::error("assertion failed", {{"expression", expr},
                                              {"message", msg},
                                              {"function", function},
                                              {"file", file},
                                              {"line", line}});
  swarmboard::log::flush();
  std::abort();
}

void assertion_failed(char const* expr, char const* function, char const* file,
                      long line) {  // NOLINT(google-runtime-int): the type Boost asks for.
  assertion_failed_msg(expr, "none", function, file, line);
}

}  // namespace boost
