#include "server/api/metrics.h"

#include <gtest/gtest.h>

namespace swarmboard::api {
namespace {

TEST(Metrics, WritesWhatAScraperReads) {
  Figures figures(3);
  figures[0] = {.name = "events_total",
                .help = "Events",
                .kind = FigureKind::Counter,
                .label_name = {},
                .values = {{.label = {}, .value = 3}},
                .buckets = {},
                .count = 0};
  figures[1] = {.name = "refused_total",
                .help = "Refusals",
                .kind = FigureKind::Counter,
                .label_name = "reason",
                .values = {{.label = "RATE", .value = 2}},
                .buckets = {},
                .count = 0};
  figures[2] = {.name = "commit_us",
                .help = "Commit",
                .kind = FigureKind::Histogram,
                .label_name = {},
                .values = {{.label = {}, .value = 7}},
                .buckets = {{4, 1}, {8, 2}},
                .count = 2};
  const std::string text = render_figures(figures);
  EXPECT_NE(text.find("# TYPE swarmboard_events_total counter\nswarmboard_events_total 3"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("swarmboard_refused_total{reason=\"RATE\"} 2"), std::string::npos);
  EXPECT_NE(text.find("swarmboard_commit_us_bucket{le=\"8\"} 2"), std::string::npos);
  EXPECT_NE(text.find("swarmboard_commit_us_count 2"), std::string::npos);
}

}  // namespace
}  // namespace swarmboard::api
