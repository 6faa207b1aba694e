#include "server/app/config.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>
#include <string_view>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "server/app/config_file.h"

namespace swarmboard::app {
namespace {

constexpr std::string_view kVersion = "swarmboard 0.1.0";
constexpr std::string_view kEnvironmentPrefix = "SWARMBOARD_";
const std::set<std::string> kRepeatable = {"allowed-origin"};
// Options of serve that only make sense on the command line.
const std::set<std::string> kOnlyFlags = {"help", "config", "check-config"};

std::string environment_name(const std::string& option) {
  std::string name(kEnvironmentPrefix);
  for (const char c : option) {
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

std::string check_origin(const std::string& origin) {
  const auto scheme = origin.find("://");
  const bool known = origin.starts_with("http://") || origin.starts_with("https://");
  const bool bare =
      known && origin.find('/', scheme + 3) == origin.npos && origin.size() > scheme + 3 &&
      std::none_of(origin.begin(), origin.end(),
                   [](unsigned char c) { return std::isspace(c) != 0 || std::isupper(c) != 0; });
  return bare ? std::string{}
              : "an origin looks like https://board.example, in small letters and without a path";
}

std::string check_team(const std::string& team) {
  const bool fine = !team.empty() && team.size() <= 64 &&
                    std::all_of(team.begin(), team.end(), [](unsigned char c) {
                      return std::isalnum(c) != 0 || c == '_' || c == '-';
                    });
  return fine ? std::string{} : "a team id has 1 to 64 letters, digits, '_' or '-'";
}

void add_serve_options(CLI::App& app, ServeConfig& config) {
  app.add_option("--host", config.host, "Address to listen on");
  app.add_option("--port", config.port, "Port to listen on; 0 = any free one");
  app.add_option("--data", config.data, "Folder of the journal; made when it is missing");
  app.add_option("--client", config.client, "Folder of the built web page");
  app.add_flag("--demo", config.demo, "Sample team without sign-in; only on a loopback address");
  app.add_option("--demo-teams", config.demo_teams,
                 "With --demo: teams in all, named TEAM, TEAM-2, TEAM-3, ...")
      ->check(CLI::Range(1, 256));
  app.add_flag("--script-clock", config.script_clock, "With --demo: a script sets the clock");
  app.add_option("--team", config.team, "Id of the server's own team")->check(check_team);
  app.add_option("--team-name", config.team_name, "Its name, used when it is made");
  app.add_option("--public-origin", config.public_origin, "How browsers reach this server")
      ->check(check_origin);
  app.add_option("--allowed-origin", config.allowed_origins, "Further origin of our pages")
      ->check(check_origin);
  app.add_option("--io-threads", config.io_threads, "0 = cores - 1, at least 1")
      ->check(CLI::Range(0, 8));
  app.add_option("--log-level", config.log_level, "debug, info, warn, error or off")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}));
  app.add_option("--connections-per-address", config.connections_per_address,
                 "Limit for one source address that is not loopback")
      ->check(CLI::Range(1, 20'000));
  app.add_option("--commands-per-second", config.commands_per_second,
                 "What one connection may send; its burst and bytes in proportion")
      ->check(CLI::Range(1, 100'000));
  app.add_option("--commit-pause-us", config.commit_pause_us,
                 "Longest wait for more before a commit, under load")
      ->check(CLI::Range(0, 50'000));
  app.add_option("--free-mb-min", config.free_mb_min, "Below it the server only reads");
  for (CLI::Option* const option : app.get_options()) {
    const std::string name = option->get_single_name();
    if (!kOnlyFlags.contains(name)) {
      option->envname(environment_name(name));
    }
  }
}

void add_load_options(CLI::App& app, LoadConfig& config) {
  app.add_option("--scenario", config.scenario,
                 "light, meeting, busy, big, closed, commands, idle or rejoin");
  app.add_option("--teams", config.teams, "Teams, with one board each");
  app.add_option("--clients", config.clients, "Connections to each board");
  app.add_option("--writers", config.writers, "Those of them who write");
  app.add_option("--rate", config.rate, "Open loop: commands a second of each writer");
  app.add_option("--in-flight", config.in_flight, "Closed loop: commands of each under way");
  app.add_option("--text-bytes", config.text_bytes, "Text of a command");
  app.add_option("--seconds", config.seconds, "Time that is measured");
  app.add_option("--warm-up", config.warm_up_s, "Seconds before it");
  app.add_option("--seed", config.seed, "Of the moments at which people write");
  app.add_option("--server", config.server, "Address of a demo server; else its own");
  app.add_option("--server-pid", config.server_pid, "Its process, when it runs on this machine");
  app.add_option("--json", config.json, "File for the report; - = standard output");
}

// A setting in the environment that nobody reads is most likely a slip of the pen.
void check_environment(const CLI::App& serve) {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!text.starts_with(kEnvironmentPrefix)) {
      continue;
    }
    const std::string name(text.substr(0, text.find('=')));
    const auto options = serve.get_options();
    const bool known = std::any_of(options.begin(), options.end(), [&](const CLI::Option* option) {
      return option->get_envname() == name;
    });
    if (!known) {
      throw CLI::ValidationError("environment", "unknown setting " + name);
    }
  }
}

void apply_config_file(CLI::App& serve, const std::string& path) {
  std::ifstream in(path);
  if (!in) {
    throw CLI::FileError(path + ": the config file cannot be read", CLI::ExitCodes::FileError);
  }
  std::set<std::string> known;
  for (const CLI::Option* const option : serve.get_options()) {
    if (!kOnlyFlags.contains(option->get_single_name())) {
      known.insert(option->get_single_name());
    }
  }
  const auto lines = read_config_lines(in, known, kRepeatable);
  if (lines.has_error()) {
    throw CLI::ValidationError(path + ":" + std::to_string(lines.error().line), lines.error().what);
  }
  std::set<std::string> from_file;
  for (const ConfigLine& line : *lines) {
    CLI::Option* const option = serve.get_option("--" + line.key);
    if (option->count() > 0 && !from_file.contains(line.key)) {
      continue;  // The command line or the environment said otherwise.
    }
    from_file.insert(line.key);
    try {
      option->add_result(line.value);
      option->run_callback();
    } catch (const CLI::ParseError& error) {
      throw CLI::ValidationError(path + ":" + std::to_string(line.number), error.what());
    }
  }
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

void check_serve(const ServeConfig& config) {
  if (config.demo && !is_loopback(config.host)) {
    throw CLI::ValidationError("--demo",
                               "a demo has no sign-in and only listens on a loopback address, not "
                               "on " +
                                   config.host);
  }
  if (config.demo_teams > 1 && !config.demo) {
    throw CLI::ValidationError("--demo-teams", "only together with --demo");
  }
  if (config.script_clock && !config.demo) {
    throw CLI::ValidationError("--script-clock", "only together with --demo");
  }
}

void parse(CLI::App& app, const std::vector<std::string>& words) {
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  app.parse(std::move(reversed));
}

void add_backup_options(CLI::App& app, Arguments& arguments) {
  CLI::App* const backup =
      app.add_subcommand("backup", "Take a verified copy, also while the server runs");
  backup->add_option("--data", arguments.backup.data, "Folder of the journal");
  backup->add_option("--to", arguments.backup.to, "Folder of the backups")->required();
  backup->add_flag("--list", arguments.backup.list, "List the backups there and stop");

  CLI::App* const restore = app.add_subcommand("restore", "Make a new data folder from a backup");
  restore->add_option("--from", arguments.restore.from, "Folder of the backups")->required();
  restore->add_option("--id", arguments.restore.id, "Which backup: see backup --list")->required();
  restore->add_option("--data", arguments.restore.data, "The new data folder")->required();
}

void add_play_options(CLI::App& app, PlayConfig& config) {
  CLI::App* const play = app.add_subcommand("play", "Play session scripts through real clients");
  play->add_option("scripts", config.scripts, "Script files, one action a line")->required();
  play->add_option("--server", config.server, "Address of a demo server; else its own");
  play->add_option("--pace", config.pace, "real, xN or max");
  play->add_option("--at", config.at, "mm:ss: print the board then");
  play->add_flag("--by-stages", config.by_stages,
                 "Before each stage, wait for a line on the input");
  play->add_option("--kill-at", config.kill_at, "mm:ss: kill the own server then");
}

}  // namespace

Arguments parse_arguments(const std::vector<std::string>& words) {
  Arguments arguments;
  CLI::App app("Live problem-solving meetings of sales teams, on your own server.", "swarmboard");
  app.set_version_flag("--version", std::string(kVersion));
  app.require_subcommand(1);

  CLI::App* const serve = app.add_subcommand("serve", "Run the server");
  std::string config_file;
  bool check_config = false;
  serve->add_option("--config", config_file, "Config file: lines of `key = value`");
  serve->add_flag("--check-config", check_config, "Print the effective settings and stop");
  add_serve_options(*serve, arguments.serve);

  CLI::App* const verify = app.add_subcommand("verify", "Check a data folder, stream by stream");
  verify->add_option("--data", arguments.verify.data, "Folder of the journal");

  CLI::App* const accept_loss =
      app.add_subcommand("accept-loss", "Go on without what a damaged journal lost");
  accept_loss->add_option("--data", arguments.accept_loss.data, "Folder of the journal");
  accept_loss->add_option("--report", arguments.accept_loss.report,
                          "Id of the report whose loss is accepted; without it the report is "
                          "printed and nothing changed");
  add_backup_options(app, arguments);

  add_play_options(app, arguments.play);

  CLI::App* const load = app.add_subcommand("load", "Put a demo server under load and measure it");
  add_load_options(*load, arguments.load);

  CLI::App* const version = app.add_subcommand("version", "Print the version");
  try {
    parse(app, words);
    if (serve->parsed()) {
      if (!config_file.empty()) {
        apply_config_file(*serve, config_file);
      }
      check_environment(*serve);
      check_serve(arguments.serve);
    }
  } catch (const CLI::Success& asked) {  // --help, --version
    arguments.text = asked.get_name() == "CallForHelp" ? app.help() : std::string(kVersion) + "\n";
    return arguments;
  } catch (const CLI::ParseError& error) {
    arguments.text = std::string("swarmboard: ") + error.what() + "\n";
    arguments.exit_code = kExitUsage;
    return arguments;
  }
  using What = Arguments::What;
  if (version->parsed()) {
    arguments.text = std::string(kVersion) + "\n";
  } else if (serve->parsed()) {
    arguments.what = check_config ? What::CheckConfig : What::Serve;
  } else if (load->parsed()) {
    arguments.what = What::Load;
  } else if (accept_loss->parsed()) {
    arguments.what = What::AcceptLoss;
  } else if (app.got_subcommand("backup") || app.got_subcommand("restore")) {
    arguments.what = app.got_subcommand("backup") ? What::Backup : What::Restore;
  } else {
    arguments.what = verify->parsed() ? What::Verify : What::Play;
  }
  return arguments;
}

std::string print_config(const ServeConfig& config) {
  const auto flag = [](bool value) { return value ? "true" : "false"; };
  std::string text;
  const auto add = [&text](const std::string& key, const std::string& value) {
    if (!value.empty()) {
      text += key + " = " + value + "\n";
    }
  };
  add("host", config.host);
  add("port", std::to_string(config.port));
  add("data", config.data);
  add("client", config.client);
  add("demo", flag(config.demo));
  add("demo-teams", std::to_string(config.demo_teams));
  add("script-clock", flag(config.script_clock));
  add("team", config.team);
  add("team-name", config.team_name);
  add("public-origin", config.public_origin);
  for (const std::string& origin : config.allowed_origins) {
    add("allowed-origin", origin);
  }
  add("io-threads", std::to_string(config.io_threads));
  add("log-level", config.log_level);
  add("connections-per-address", std::to_string(config.connections_per_address));
  add("commands-per-second", std::to_string(config.commands_per_second));
  add("commit-pause-us", std::to_string(config.commit_pause_us));
  add("free-mb-min", std::to_string(config.free_mb_min));
  return text;
}

}  // namespace swarmboard::app
