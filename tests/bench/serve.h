// The life of a gRPC server that the services are compared with: with the same settings.
#pragma once

#include <grpcpp/impl/codegen/service_type.h>

#include "common/server/async_service.h"

namespace inkwell::bench {

// Serves CommentService on a free loopback port, which it writes to --port_file, until
// SIGTERM. Returns the exit status. With what gRPC offers by itself:
[[nodiscard]] int ServeComments(grpc::Service& service);
// On the server that both services have, with as many loops as ingest has on two processors.
[[nodiscard]] int ServeComments(AsyncService& service);

}  // namespace inkwell::bench
