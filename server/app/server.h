// The running server: owns every long-lived object, and holds the two lists that matter, the start
// order (start) and the stop order (stop).
//
// Thread: the main thread, which otherwise only waits for signals. Errors at the start come back as
// a sentence for the operator; a failed journal later ends the process with kExitJournalFailed.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "persistence/journal.h"
#include "server/api/api.h"
#include "server/api/teams.h"
#include "server/app/backup/checkpoint_service.h"
#include "server/app/config.h"
#include "server/app/io_thread.h"
#include "server/base/script_clock.h"
#include "server/base/system_clock.h"
#include "server/net/counters.h"
#include "server/net/http_server.h"
#include "server/net/operator_door.h"

namespace swarmboard::app {

inline constexpr int kExitCannotStart = 1;
inline constexpr int kExitJournalFailed = 70;

class Server final : public api::Teams {
 public:
  explicit Server(ServeConfig config);
  ~Server() override;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Nothing, or why the server cannot start. After a failure only the destructor may be called.
  [[nodiscard]] std::optional<std::string> start();
  // Graceful: what was accepted is durable afterwards.
  void stop();

  // How to reach it, as a browser would.
  [[nodiscard]] const std::string& url() const { return url_; }

  // Set when the team has no owner yet: whoever opens it becomes the owner.
  [[nodiscard]] const std::string& owner_link() const { return owner_link_; }

  // The report, when the journal is damaged and served to read only; otherwise empty.
  [[nodiscard]] const std::string& quarantine() const { return quarantine_; }

  void with(const std::string& team, std::function<void(room::Team*)> use) override;

 private:
  // server_journal.cc
  [[nodiscard]] std::optional<std::string> open_journal();
  [[nodiscard]] std::optional<std::string> tell_epochs();
  void end_after_journal_failure(const std::string& why);

  // The steps of the start: server_start.cc.
  [[nodiscard]] std::optional<std::string> bind();
  void open_door();
  [[nodiscard]] std::optional<std::string> load_identities();
  [[nodiscard]] std::optional<std::string> find_teams();
  [[nodiscard]] std::optional<std::string> prepare_own_team();
  [[nodiscard]] std::optional<std::string> make_owner_link();
  void make_threads();
  void make_api();
  [[nodiscard]] net::HttpDeps http_deps(net::StaticFiles files, bool loopback_only);

  [[nodiscard]] IoThread& api_thread() { return *threads_.front(); }

  [[nodiscard]] IoThread& thread_of(const std::string& team);
  void take_upgrade(net::Upgrade upgrade);
  void redeem(IoThread& thread, std::string ticket,
              std::function<void(std::optional<room::Identity>)> done);
  void collect_figures(std::function<void(api::Figures)> done);
  void check_threads(std::function<void(bool)> done);
  // Says bye to everybody and lets every team finish; false: not all did in that time.
  bool drain(std::uint32_t spread_ms, std::int64_t patience_us);

  [[nodiscard]] const Clock& room_clock() const;

  ServeConfig config_;
  SystemClock clock_;
  std::unique_ptr<ScriptClock> script_clock_;
  net::Counters net_counters_;
  std::unique_ptr<persistence::Journal> journal_;
  std::unique_ptr<CheckpointService> checkpoint_service_;
  std::vector<std::unique_ptr<IoThread>> threads_;
  std::vector<std::string> known_teams_;  // Sorted; does not change once the server runs.
  std::unique_ptr<api::Api> api_;
  std::unique_ptr<net::HttpServer> http_;
  std::unique_ptr<net::OperatorDoor> door_;
  std::string url_;
  std::string owner_link_;
  std::string quarantine_;
  std::atomic<bool> ending_{false};
  bool running_ = false;
};

}  // namespace swarmboard::app
