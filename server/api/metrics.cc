#include "server/api/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "server/api/handlers.h"

namespace swarmboard::api {
namespace {

prometheus::MetricType type_of(FigureKind kind) {
  switch (kind) {
    case FigureKind::Gauge:
      return prometheus::MetricType::Gauge;
    case FigureKind::Histogram:
      return prometheus::MetricType::Histogram;
    case FigureKind::Counter:
      break;
  }
  return prometheus::MetricType::Counter;
}

prometheus::ClientMetric metric_of(const Figure& figure, const FigureValue& value) {
  prometheus::ClientMetric metric;
  if (!value.label.empty()) {
    metric.label.push_back({figure.label_name, value.label});
  }
  if (figure.kind == FigureKind::Gauge) {
    metric.gauge.value = value.value;
  } else if (figure.kind == FigureKind::Counter) {
    metric.counter.value = value.value;
  } else {
    metric.histogram.sample_sum = value.value;
    metric.histogram.sample_count = figure.count;
    for (const auto& [bound, cumulative] : figure.buckets) {
      prometheus::ClientMetric::Bucket bucket;
      bucket.upper_bound = bound;
      bucket.cumulative_count = cumulative;
      metric.histogram.bucket.push_back(bucket);
    }
  }
  return metric;
}

}  // namespace

std::string render_figures(const Figures& figures) {
  std::vector<prometheus::MetricFamily> families;
  for (const Figure& figure : figures) {
    prometheus::MetricFamily family;
    family.name = "swarmboard_" + figure.name;
    family.help = figure.help;
    family.type = type_of(figure.kind);
    for (const FigureValue& value : figure.values) {
      family.metric.push_back(metric_of(figure, value));
    }
    families.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

void metrics(Call call) {
  call.api.deps().collect_figures([respond = call.respond](const Figures& figures) {
    Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = render_figures(figures);
    respond(std::move(response));
  });
}

}  // namespace swarmboard::api
