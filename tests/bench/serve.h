// The life of a gRPC server that the services are compared with: what gRPC offers by itself,
// with the same settings.
#pragma once

#include <grpcpp/impl/codegen/service_type.h>

namespace inkwell::bench {

// Serves CommentService on a free loopback port, which it writes to --port_file, until
// SIGTERM. Returns the exit status.
[[nodiscard]] int ServeComments(grpc::Service& service);

}  // namespace inkwell::bench
