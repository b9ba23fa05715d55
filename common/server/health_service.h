// grpc.health.v1.Health (proto/grpc/health/v1/health.proto), which balancers, meshes and
// clients that check health ask.
//
// Not gRPC's own: that is on the callback API, whose threads would take part in all that the
// server reads (completion_loop.h says what that costs).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/base/mutex.h"
#include "common/server/async_service.h"
#include "common/server/unary_call.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace inkwell {

// Thread-safe. Outlives the server.
class HealthService final : public AsyncService {
 public:
  // The services that it tells of, beside "" for the whole server. None of them serves yet.
  explicit HealthService(const std::vector<std::string>& names);

  grpc::Service& service() override { return service_; }
  void Await(CompletionLoop& loop) override;

  // Of all. Who watches is told.
  void SetServing(bool serving) INK_EXCLUDES(mutex_);
  // Nothing serves, for good, and whoever watches is told that, too; then watching ends, or it
  // would keep the server from ending.
  void ShutDown() INK_EXCLUDES(mutex_);

 private:
  using Status = grpc::health::v1::HealthCheckResponse::ServingStatus;
  using CheckMethod =
      UnaryMethod<grpc::health::v1::HealthCheckRequest, grpc::health::v1::HealthCheckResponse>;
  class Watch;

  void Check(CheckMethod::Call& call);
  void Tell() INK_REQUIRES(mutex_);
  [[nodiscard]] Status StatusOf(const std::string& name) INK_EXCLUDES(mutex_);

  grpc::health::v1::Health::AsyncService service_;
  const CheckMethod check_;
  const std::set<std::string> names_;
  Mutex mutex_;
  bool serving_ INK_GUARDED_BY(mutex_) = false;
  bool shut_down_ INK_GUARDED_BY(mutex_) = false;
  std::set<Watch*> watches_ INK_GUARDED_BY(mutex_);
};

}  // namespace inkwell
