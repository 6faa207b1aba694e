// Is it alive, and should it get work: for whoever watches the process.
#include <sstream>
#include <string>
#include <utility>

#include <boost/json/array.hpp>

#include "server/api/handlers.h"
#include "server/api/json.h"

namespace swarmboard::api {

void health(Call call) {
  call.api.deps().check_threads([respond = call.respond](bool all_turn) {
    respond(json_response(all_turn ? 200 : 503, {{"ok", all_turn}}));
  });
}

void ready(Call call) {
  boost::json::array reasons;
  const persistence::Health journal = call.api.deps().journal.health();
  if (journal.quarantined) {
    reasons.emplace_back("the journal is damaged and can only be read");
  }
  if (!journal.writable) {
    // One sentence a line: what is missing, after damage.
    std::istringstream lines(journal.why_not.empty() ? "the journal does not write"
                                                     : journal.why_not);
    for (std::string line; std::getline(lines, line);) {
      reasons.emplace_back(line);
    }
  }
  if (call.api.is_stopping()) {
    reasons.emplace_back("stopping");
  }
  const bool is_ready = reasons.empty();
  call.respond(
      json_response(is_ready ? 200 : 503, {{"ready", is_ready}, {"reasons", std::move(reasons)}}));
}

}  // namespace swarmboard::api
