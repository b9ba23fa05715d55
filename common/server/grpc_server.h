// A gRPC server as both services run it: with standard health (overall and for each
// service) and reflection, and a shutdown that lets calls under way finish.
#pragma once

#include <grpcpp/server.h>
#include <grpcpp/support/config.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/server/async_service.h"
#include "common/server/completion_loop.h"
#include "common/server/flag_types.h"
#include "common/server/grpc_limits.h"
#include "common/server/health_service.h"
#include "common/server/tls_files.h"
#include "common/server/token_file.h"

namespace inkwell {

struct GrpcServerOptions {
  ListenAddress listen;
  GrpcLimits limits;
  TlsFiles tls;
  int loops = 1;  // threads for asynchronous services, beside gRPC's own for others
  // What each of these does before it waits: what its calls have left for then.
  std::function<void()> before_wait = [] {};
  AuthOptions auth;       // what the services check; the server warns if there is nothing to check
  std::string port_file;  // empty: none
};

// Thread-safe.
class GrpcServer {
 public:
  // A service under the name that health and reflection know it by.
  struct NamedService {
    std::string name;
    grpc::Service* service;         // null: it is `async`
    AsyncService* async = nullptr;  // whose calls come on the loops
  };

  // Listens; health says NOT_SERVING until SetServing(true). The services must
  // outlive the server. kFailedPrecondition if the address can't be had, or TLS can't.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(
      const GrpcServerOptions& options, const std::vector<NamedService>& services);
  // Returns when asynchronous calls have been answered, also those that gRPC has cancelled.
  ~GrpcServer();

  // What health answers, overall and for each service. Calls are taken all the same.
  void SetServing(bool serving);

  // Health says NOT_SERVING, clients are told to disconnect (GOAWAY). Calls under way may go
  // on until `timeout` and are cancelled then. Returns when gRPC is done with all. May be
  // called twice.
  //
  // A call that was sent before its client knew gets a bare CANCELLED, however soon it comes:
  // gRPC 1.51 gives no call to a service once it shuts down, and has no way to say GOAWAY
  // before. So say SetServing(false) a while earlier, for clients to go elsewhere.
  void Shutdown(std::chrono::milliseconds timeout);

 private:
  explicit GrpcServer(const std::vector<std::string>& names) : health_(names) {}

  HealthService health_;
  std::unique_ptr<grpc::Server> server_;
  std::vector<std::unique_ptr<CompletionLoop>> loops_;
};

}  // namespace inkwell
