#include "server/app/config.h"

#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace swarmboard::app {
namespace {

using What = Arguments::What;

class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) {
    std::string pattern = testing::TempDir() + "/config-XXXXXX";
    const int descriptor = ::mkstemp(pattern.data());
    EXPECT_GE(descriptor, 0);
    ::close(descriptor);
    path_ = pattern;
    std::ofstream(path_) << text;
  }

  ~ConfigFile() { std::filesystem::remove(path_); }

  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Config, HasSafeDefaults) {
  const Arguments arguments = parse_arguments({"serve"});
  ASSERT_EQ(arguments.what, What::Serve) << arguments.text;
  EXPECT_EQ(arguments.serve.host, "127.0.0.1");
  EXPECT_FALSE(arguments.serve.demo);
}

TEST(Config, ReadsFlagsAndFileAndTheFlagWins) {
  const ConfigFile file(
      "# how we run it\n\nport = 9001\nteam-name = \"North and Islands\"\n"
      "allowed-origin = https://a.example\nallowed-origin = https://b.example\ndemo = true\n");
  const Arguments arguments = parse_arguments({"serve", "--config", file.path(), "--port", "9002"});
  ASSERT_EQ(arguments.what, What::Serve) << arguments.text;
  EXPECT_EQ(arguments.serve.port, 9002);
  EXPECT_EQ(arguments.serve.team_name, "North and Islands");
  EXPECT_EQ(arguments.serve.allowed_origins.size(), 2U);
  EXPECT_TRUE(arguments.serve.demo);
}

TEST(Config, TheEnvironmentStandsBetweenFlagsAndFile) {
  const ConfigFile file("port = 9001\ndata = from-file\n");
  ::setenv("SWARMBOARD_PORT", "9003", 1);
  const Arguments arguments = parse_arguments({"serve", "--config", file.path()});
  ::unsetenv("SWARMBOARD_PORT");
  ASSERT_EQ(arguments.what, What::Serve) << arguments.text;
  EXPECT_EQ(arguments.serve.port, 9003);
  EXPECT_EQ(arguments.serve.data, "from-file");
}

TEST(Config, AnUnknownSettingInTheEnvironmentIsAnError) {
  ::setenv("SWARMBOARD_PROT", "9003", 1);
  const Arguments arguments = parse_arguments({"serve"});
  ::unsetenv("SWARMBOARD_PROT");
  EXPECT_EQ(arguments.what, What::Print);
  EXPECT_EQ(arguments.exit_code, kExitUsage);
  EXPECT_NE(arguments.text.find("SWARMBOARD_PROT"), std::string::npos) << arguments.text;
}

TEST(Config, PrintsWhatItWouldReadAgain) {
  const Arguments first = parse_arguments(
      {"serve", "--check-config", "--port", "9004", "--team-name", "Our team", "--demo"});
  ASSERT_EQ(first.what, What::CheckConfig);
  const ConfigFile again(print_config(first.serve));
  const Arguments second = parse_arguments({"serve", "--config", again.path()});
  ASSERT_EQ(second.what, What::Serve) << second.text;
  EXPECT_EQ(print_config(second.serve), print_config(first.serve));
}

struct BadFile {
  const char* name;
  const char* text;
  const char* says;
};

class BadConfigFile : public testing::TestWithParam<BadFile> {};

TEST_P(BadConfigFile, IsRefusedWithItsLine) {
  const ConfigFile file(GetParam().text);
  const Arguments arguments = parse_arguments({"serve", "--config", file.path()});
  EXPECT_EQ(arguments.what, What::Print);
  EXPECT_EQ(arguments.exit_code, kExitUsage);
  EXPECT_NE(arguments.text.find(GetParam().says), std::string::npos) << arguments.text;
}

INSTANTIATE_TEST_SUITE_P(
    Files, BadConfigFile,
    testing::Values(BadFile{"UnknownKey", "port = 1\nprot = 2\n", ":2: unknown setting 'prot'"},
                    BadFile{"TwiceTheSame", "port = 1\n\nport = 2\n", ":3: 'port' is set twice"},
                    BadFile{"NoEquals", "port 1\n", ":1: expected `key = value`"},
                    BadFile{"Section", "[serve]\n", ":1: expected `key = value`"},
                    BadFile{"PortNoNumber", "port = http\n", ":1: "},
                    BadFile{"PortTooLarge", "port = 70000\n", ":1: "},
                    BadFile{"PortNegative", "port = -1\n", ":1: "},
                    BadFile{"DemoNoFlag", "demo = perhaps\n", ":1: "},
                    BadFile{"LogLevel", "log-level = loud\n", ":1: "},
                    BadFile{"Threads", "io-threads = 99\n", ":1: "},
                    BadFile{"Origin", "public-origin = board.example\n", ":1: "},
                    BadFile{"OriginWithPath", "allowed-origin = https://a.example/\n", ":1: "},
                    BadFile{"Team", "team = ../etc\n", ":1: "},
                    BadFile{"ConfigInConfig", "config = other\n", ":1: unknown setting 'config'"}),
    [](const auto& test) { return std::string(test.param.name); });

struct BadWords {
  const char* name;
  std::vector<std::string> words;
};

class BadCommandLine : public testing::TestWithParam<BadWords> {};

TEST_P(BadCommandLine, IsRefusedWithASentence) {
  const Arguments arguments = parse_arguments(GetParam().words);
  EXPECT_EQ(arguments.what, What::Print);
  EXPECT_EQ(arguments.exit_code, kExitUsage);
  EXPECT_TRUE(arguments.text.starts_with("swarmboard: ")) << arguments.text;
}

INSTANTIATE_TEST_SUITE_P(
    Words, BadCommandLine,
    testing::Values(BadWords{"Nothing", {}}, BadWords{"UnknownCommand", {"fly"}},
                    BadWords{"UnknownFlag", {"serve", "--fast"}},
                    BadWords{"BadPort", {"serve", "--port", "99999"}},
                    BadWords{"PortMissing", {"serve", "--port"}},
                    BadWords{"DemoForEverybody", {"serve", "--demo", "--host", "0.0.0.0"}},
                    BadWords{"DemoOnIp6", {"serve", "--demo", "--host", "::"}},
                    BadWords{"ClockWithoutDemo", {"serve", "--script-clock"}},
                    BadWords{"TeamsWithoutDemo", {"serve", "--demo-teams", "2"}},
                    BadWords{"LoadRate", {"load", "--rate", "fast"}},
                    BadWords{"ConfigMissing", {"serve", "--config", "/nowhere/at/all"}},
                    BadWords{"PlayNothing", {"play"}}, BadWords{"Word", {"serve", "now"}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Config, HelpAndVersionAreNoErrors) {
  EXPECT_EQ(parse_arguments({"--help"}).exit_code, 0);
  EXPECT_EQ(parse_arguments({"version"}).text, "swarmboard 0.1.0\n");
  EXPECT_EQ(parse_arguments({"--version"}).text, "swarmboard 0.1.0\n");
}

}  // namespace
}  // namespace swarmboard::app
