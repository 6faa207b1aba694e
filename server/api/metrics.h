// Figures for the operator, as values, and their text form. Never with a label that names a person,
// a team, a session or a text. PURE.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace swarmboard::api {

enum class FigureKind { Counter, Gauge, Histogram };

struct FigureValue {
  std::string label;  // Value of the figure's one label; empty: no label.
  double value = 0;
};

struct Figure {
  std::string name;  // Without the prefix "swarmboard_".
  std::string help;
  FigureKind kind = FigureKind::Counter;
  std::string label_name;
  std::vector<FigureValue> values;
  // Of a histogram: upper bounds and cumulative counts, then the total in `values`.
  std::vector<std::pair<double, std::uint64_t>> buckets;
  std::uint64_t count = 0;
};

using Figures = std::vector<Figure>;

// The Prometheus text format.
[[nodiscard]] std::string render_figures(const Figures& figures);

}  // namespace swarmboard::api
