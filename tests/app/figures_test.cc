#include "server/app/figures.h"

#include <gtest/gtest.h>

#include "swarmboard/v1/enums.pb.h"

namespace swarmboard::app {
namespace {

TEST(Figures, SumsTheThreadsAndNamesTheReasons) {
  std::vector<IoThreadFigures> threads(2);
  threads[0].counters.accepted = 3;
  threads[1].counters.accepted = 4;
  threads[0].links = 2;
  threads[1].counters.refused(v1::REJECT_REASON_RATE);
  threads[1].counters.commit_us.record(3);
  net::Counters net;
  net::count(net.http_requests, 5);
  const std::string text = api::render_figures(make_figures(threads, net, {}));
  for (const char* line :
       {"\nswarmboard_commands_accepted_total 7", "\nswarmboard_links 2",
        "\nswarmboard_commands_refused_total{reason=\"REJECT_REASON_RATE\"} 1",
        "\nswarmboard_http_requests_total 5", "\nswarmboard_commit_us_bucket{le=\"4\"} 1",
        "\nswarmboard_commit_us_bucket{le=\"2\"} 0", "\nswarmboard_commit_us_count 1"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
}

}  // namespace
}  // namespace swarmboard::app
