#include "common/server/grpc_metrics.h"

#include <prometheus/metric_family.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

namespace inkwell {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// As Go's gRPC spells them, and with it the dashboards.
constexpr std::array<const char*, GrpcMethodMetrics::kCodes> kCodeNames = {
    "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
    "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
    "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
    "DataLoss", "Unauthenticated"};

const char* TypeOf(const google::protobuf::MethodDescriptor& method) {
  if (method.client_streaming()) return method.server_streaming() ? "bidi_stream" : "client_stream";
  return method.server_streaming() ? "server_stream" : "unary";
}

double Load(const std::atomic<std::int64_t>& count) {
  return static_cast<double>(count.load(std::memory_order_relaxed));
}

}  // namespace

void GrpcMethodMetrics::Handled(absl::StatusCode code, std::chrono::nanoseconds took) {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  const double seconds = std::chrono::duration<double>(took).count();
  const auto* const bucket = std::lower_bound(kSeconds.begin(), kSeconds.end(), seconds);
  handled_[static_cast<std::size_t>(code)].fetch_add(1, kRelaxed);
  buckets_[static_cast<std::size_t>(bucket - kSeconds.begin())].fetch_add(1, kRelaxed);
  nanoseconds_.fetch_add(took.count(), kRelaxed);
}

void GrpcMethodMetrics::CollectInto(MetricFamily& started, MetricFamily& handled,
                                    MetricFamily& seconds) const {
  ClientMetric metric;
  metric.label = {{"grpc_type", TypeOf(method_)},
                  {"grpc_service", method_.service()->full_name()},
                  {"grpc_method", method_.name()}};

  ClientMetric& times = seconds.metric.emplace_back(metric);
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    times.histogram.sample_count +=
        static_cast<std::uint64_t>(buckets_[i].load(std::memory_order_relaxed));
    times.histogram.bucket.push_back(
        {times.histogram.sample_count,
         i < kSeconds.size() ? kSeconds[i] : std::numeric_limits<double>::infinity()});
  }
  times.histogram.sample_sum = Load(nanoseconds_) / 1e9;

  metric.label.push_back({"grpc_code", ""});
  for (std::size_t code = 0; code < handled_.size(); ++code) {
    metric.label.back().value = kCodeNames[code];
    metric.counter.value = Load(handled_[code]);
    handled.metric.push_back(metric);
  }
  metric.label.pop_back();
  // Read last, so that no scrape shows more calls ended than started.
  metric.counter.value = Load(started_);
  started.metric.push_back(std::move(metric));
}

GrpcMetrics::GrpcMetrics(const google::protobuf::ServiceDescriptor& service) : service_(service) {
  for (int i = 0; i < service.method_count(); ++i) {
    methods_.push_back(std::make_unique<GrpcMethodMetrics>(*service.method(i)));
  }
}

GrpcMethodMetrics& GrpcMetrics::Of(std::string_view method) {
  const auto* found = service_.FindMethodByName(std::string(method));
  if (found == nullptr) std::abort();
  return *methods_[static_cast<std::size_t>(found->index())];
}

std::vector<MetricFamily> GrpcMetrics::Collect() const {
  std::vector<MetricFamily> families{
      {"grpc_server_started_total", "Calls that came in.", MetricType::Counter, {}},
      {"grpc_server_handled_total", "Calls that ended, by their status.", MetricType::Counter, {}},
      {"grpc_server_handling_seconds",
       "From a call's arrival to its status.",
       MetricType::Histogram,
       {}}};
  for (const auto& method : methods_) {
    method->CollectInto(families[0], families[1], families[2]);
  }
  return families;
}

}  // namespace inkwell
