// A server that gets no more memory ends at once; what was acknowledged is there after a restart.
#include <arpa/inet.h>
#include <fstream>
#include <netinet/in.h>
#include <signal.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "server/app/out_of_memory.h"
#include "tests/integration/child_server.h"
#include "tests/integration/demo_member.h"

namespace swarmboard::integration {
namespace {

constexpr rlim_t kMegabyte = 1024 * 1024;

// Address space of a process in bytes.
rlim_t address_space_of(pid_t pid) {
  std::ifstream statm("/proc/" + std::to_string(pid) + "/statm");
  rlim_t pages = 0;
  statm >> pages;
  return pages * static_cast<rlim_t>(::getpagesize());
}

// Uploads that begin and do not go on: the server keeps room for the body of each.
class Uploads {
 public:
  Uploads() = default;

  ~Uploads() {
    for (const int socket : sockets_) {
      ::close(socket);
    }
  }

  Uploads(const Uploads&) = delete;
  Uploads& operator=(const Uploads&) = delete;

  // False: the server does not answer any more.
  bool begin_one(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockets_.push_back(socket);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string head =
        "POST /api/demo/fixture HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
        "\r\nX-Swarmboard: 1\r\nContent-Length: 250000\r\n\r\n";
    return ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
           ::send(socket, head.data(), head.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(head.size());
  }

 private:
  std::vector<int> sockets_;
};

TEST(ServeMemory, OutOfMemoryEndsItAndLosesNothingAcknowledged) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "a sanitizer takes the memory that is limited here, and ends by itself";
#endif
#endif
  static constexpr int kUploadsMax = 500;
  static constexpr std::uint64_t kAcknowledged = 10;
  ChildServer server;
  ASSERT_TRUE(server.start({"--demo"}));
  load_sample_team(server);
  DemoMember ben(server, "ben");
  ASSERT_TRUE(ben.connect());
  ASSERT_TRUE(begin_session(ben, "s1"));
  for (std::uint64_t number = 2; number <= kAcknowledged; ++number) {
    ben.submit(2, write_note("n" + std::to_string(number), "note"), number);
    ASSERT_GT(ben.wait_for_echo(number), 0U);
  }
  const rlimit limit{.rlim_cur = address_space_of(server.pid()) + 4 * kMegabyte,
                     .rlim_max = RLIM_INFINITY};
  ASSERT_EQ(::prlimit(server.pid(), RLIMIT_AS, &limit, nullptr), 0);
  {
    Uploads uploads;
    for (int i = 0; i < kUploadsMax && uploads.begin_one(server.port()); ++i) {
    }
    EXPECT_EQ(server.wait(), app::kExitOutOfMemory);
  }
  EXPECT_NE(server.log().find("out of memory"), std::string::npos);

  ASSERT_TRUE(server.start({"--demo"}));
  ASSERT_TRUE(ben.connect());
  const auto joined = ben.join(2, "s1");
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->last_cmd_no(), kAcknowledged);
}

}  // namespace
}  // namespace swarmboard::integration
