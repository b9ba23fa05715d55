// A service of gRPC's asynchronous API.
#pragma once

#include <grpcpp/impl/codegen/service_type.h>

#include "common/server/completion_loop.h"

namespace inkwell {

class AsyncService {
 public:
  virtual ~AsyncService() = default;
  // To be registered with the server.
  [[nodiscard]] virtual grpc::Service& service() = 0;
  // Begins to wait for calls on `loop`, of a server that runs. Once for each of its loops,
  // before they start.
  virtual void Await(CompletionLoop& loop) = 0;
};

}  // namespace inkwell
