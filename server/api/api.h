// Everything that is asked over HTTP, except files: one table of routes (api.cc) and one function
// per route (handlers.h).
//
// Owner: app; lives on one thread, the API's (the first IO thread). A handler that needs a team
// goes to the team's thread with plain values and answers from there.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "persistence/journal.h"
#include "server/api/http.h"
#include "server/api/identity.h"
#include "server/api/metrics.h"
#include "server/api/teams.h"
#include "server/base/clock.h"
#include "server/base/script_clock.h"

namespace swarmboard::api {

struct ApiDeps {
  persistence::Journal& journal;
  const Clock& clock;  // The machine's.
  Teams& teams;
  std::function<void(std::function<void()>)> post;  // To the API's thread, later.
  // Whether every IO thread still turns; calls back within a second either way.
  std::function<void(std::function<void(bool)>)> check_threads;
  std::function<void(std::function<void(Figures)>)> collect_figures;
  std::string demo_team;                // Empty: no demo; its routes do not exist.
  ScriptClock* script_clock = nullptr;  // Set with serve --script-clock only.
};

class Api {
 public:
  explicit Api(ApiDeps deps);

  void handle(Request request, Respond respond);

  [[nodiscard]] Identities& identities() { return identities_; }

  // From now on /readyz says no.
  void set_stopping() { stopping_ = true; }

  [[nodiscard]] bool is_stopping() const { return stopping_; }

  [[nodiscard]] const ApiDeps& deps() const { return deps_; }

  // True when this viewing of a replay has not been logged lately.
  [[nodiscard]] bool is_new_viewing(const room::Identity& viewer, const std::string& session);

 private:
  ApiDeps deps_;
  Identities identities_;
  bool stopping_ = false;
  std::map<std::string, std::int64_t> viewings_ms_;
};

}  // namespace swarmboard::api
