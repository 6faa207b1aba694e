// What the program was asked to do: flags, then SWARMBOARD_* of the environment, then a config
// file; the first that names a setting wins. One struct per subcommand, one parse function, one
// printout. Anything unknown is an error that says where.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace swarmboard::app {

struct ServeConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string data = "data";
  std::string client;  // Folder of the built web page; empty: none.
  bool demo = false;
  bool script_clock = false;
  std::string team = "team";
  std::string team_name = "Our team";
  std::string public_origin;                 // "https://board.example"; empty: from Host.
  std::vector<std::string> allowed_origins;  // Further ones.
  unsigned io_threads = 0;                   // 0 = cores - 1, at least 1.
  std::string log_level = "info";
  std::uint32_t demo_teams = 1;
  std::uint32_t connections_per_address = 200;
  std::uint32_t commands_per_second = 30;
  std::uint32_t commit_pause_us = 6'000;
  std::uint32_t free_mb_min = 512;
};

struct VerifyConfig {
  std::string data = "data";
};

struct AcceptLossConfig {
  std::string data = "data";
  std::string report;  // Id of the report that the operator has read; empty: print it.
};

struct BackupConfig {
  std::string data = "data";
  std::string to;  // The folder of all backups.
  bool list = false;
};

struct RestoreConfig {
  std::string from;  // The folder of all backups.
  std::string id;
  std::string data;
};

struct PlayConfig {
  std::vector<std::string> scripts;
  std::string server;
  std::string pace = "max";
  std::vector<std::string> at;
  std::string kill_at;
  bool by_stages = false;  // A line on the input lets the next stage begin.
};

// What is not given is as the scenario says.
struct LoadConfig {
  std::string scenario = "meeting";
  std::string server;           // Empty: one of its own.
  std::int32_t server_pid = 0;  // For its CPU and memory, when it runs on this machine.
  std::string json;             // A file for the report, "-" = standard output.
  std::optional<std::uint32_t> teams = {};
  std::optional<std::uint32_t> clients = {};
  std::optional<std::uint32_t> writers = {};
  std::optional<double> rate = {};
  std::optional<std::uint32_t> in_flight = {};
  std::optional<std::uint32_t> text_bytes = {};
  std::optional<std::uint32_t> warm_up_s = {};
  std::optional<std::uint32_t> seconds = {};
  std::optional<std::uint64_t> seed = {};
};

struct Arguments {
  enum class What { Serve, CheckConfig, Verify, AcceptLoss, Backup, Restore, Play, Load, Print };

  What what = What::Print;
  ServeConfig serve;
  VerifyConfig verify;
  AcceptLossConfig accept_loss;
  BackupConfig backup;
  RestoreConfig restore;
  PlayConfig play;
  LoadConfig load;
  // With Print: help, version, or what was wrong.
  std::string text;
  int exit_code = 0;
};

inline constexpr int kExitUsage = 2;

[[nodiscard]] Arguments parse_arguments(const std::vector<std::string>& words);

// The settings as a config file would say them.
[[nodiscard]] std::string print_config(const ServeConfig& config);

}  // namespace swarmboard::app
