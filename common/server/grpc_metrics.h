// How many calls came in, how they ended and how long they took, under the names that the
// common gRPC dashboards know: grpc_server_started_total, grpc_server_handled_total and
// grpc_server_handling_seconds.
//
// The handlers count their calls themselves: that is two looks at the clock and four relaxed
// additions a call, where an interceptor of gRPC's would be allocated for each and run at
// every step of it. So what reaches no handler of ours is not counted: health, reflection,
// and methods that don't exist.
#pragma once

#include <google/protobuf/descriptor.h>
#include <prometheus/collectable.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/base/clock.h"

namespace inkwell {

// One method's counts. Thread-safe and lock-free.
class GrpcMethodMetrics {
 public:
  // Upper bounds of the histogram's buckets: from a round trip on one machine to a flush
  // that drains a backlog.
  static constexpr std::array<double, 16> kSeconds = {
      0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60};
  static constexpr std::size_t kCodes = 17;  // of gRPC, OK included

  explicit GrpcMethodMetrics(const google::protobuf::MethodDescriptor& method) : method_(method) {}

  [[nodiscard]] const google::protobuf::MethodDescriptor& method() const { return method_; }

  void Started() { started_.fetch_add(1, std::memory_order_relaxed); }
  void Handled(absl::StatusCode code, std::chrono::nanoseconds took);

  // Adds to each of the families what this method has for it.
  void CollectInto(prometheus::MetricFamily& started, prometheus::MetricFamily& handled,
                   prometheus::MetricFamily& seconds) const;

 private:
  using Count = std::atomic<std::int64_t>;

  const google::protobuf::MethodDescriptor& method_;
  // Apart from the rest, since calls start and end on different threads.
  alignas(64) Count started_{0};
  alignas(64) std::array<Count, kCodes> handled_{};
  std::array<Count, kSeconds.size() + 1> buckets_{};  // not cumulative
  Count nanoseconds_{0};
};

// One call, from its arrival to its end. Copies are of the same call.
class GrpcCallMeter {
 public:
  // The call came in just now. `method` outlives it.
  explicit GrpcCallMeter(GrpcMethodMetrics& method)
      : method_(&method), start_(std::chrono::steady_clock::now()) {
    method.Started();
  }
  // To be called once, when the call's status is known. Returns how long the call took.
  std::chrono::nanoseconds End(absl::StatusCode code) const {
    const auto took = std::chrono::steady_clock::now() - start_;
    method_->Handled(code, took);
    return took;
  }
  [[nodiscard]] const google::protobuf::MethodDescriptor& method() const {
    return method_->method();
  }

 private:
  GrpcMethodMetrics* method_;
  SteadyTime start_;
};

// All methods of a service. Thread-safe.
class GrpcMetrics final : public prometheus::Collectable {
 public:
  explicit GrpcMetrics(const google::protobuf::ServiceDescriptor& service);

  // By its name in the proto, of which it must be one. Lives as long as this.
  [[nodiscard]] GrpcMethodMetrics& Of(std::string_view method);

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const google::protobuf::ServiceDescriptor& service_;
  std::vector<std::unique_ptr<GrpcMethodMetrics>> methods_;  // as in the descriptor
};

}  // namespace inkwell
