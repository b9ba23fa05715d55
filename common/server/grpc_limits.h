// What a gRPC server takes of its clients, so that none of them can take it down.
#pragma once

#include <chrono>
#include <cstdint>

namespace grpc {
class ServerBuilder;
}

namespace inkwell {

struct GrpcLimits {
  std::int64_t max_message_bytes = 4 << 20;
  // What gRPC holds of all connections' bytes before they are whole messages. It looks at a
  // message's size only then, so this is what stops a flood of large ones: close to it gRPC
  // reads more slowly, past it it ends calls and connections.
  std::int64_t max_connection_bytes = 256 << 20;
  int max_concurrent_streams = 1024;                // calls under way, of one connection; more wait
  std::chrono::milliseconds max_connection_age{0};  // 0: they may grow as old as they like
};

// Sets these, and what needs no setting: pings and the size of metadata.
void ApplyLimits(const GrpcLimits& limits, grpc::ServerBuilder& builder);

}  // namespace inkwell
