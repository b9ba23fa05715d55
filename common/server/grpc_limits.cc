#include "common/server/grpc_limits.h"

#include <grpcpp/resource_quota.h>
#include <grpcpp/server_builder.h>

#include <cstddef>
#include <limits>

namespace inkwell {
namespace {

void LimitAge(std::chrono::milliseconds age, grpc::ServerBuilder& builder) {
  // An old connection takes no new calls, so its client makes another: behind a balancer, or
  // with a new replica in DNS, that is how load spreads again.
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, static_cast<int>(age.count()));
  // Calls under way stay for as long as they like, which may be long for StreamChanges: cut
  // off, it would leave its client guessing which changes were taken. The connection ends
  // with its last call; what no longer answers, pings find.
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, std::numeric_limits<int>::max());
}

void SetPings(grpc::ServerBuilder& builder) {
  // A client that vanished without a word would keep its calls, and their memory, for ever.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  // Also while nothing else is sent, as on a stream that waits.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // Clients may ping too, to keep a balancer from forgetting an idle connection. gRPC would
  // take more than one in five minutes for an attack; its clients can ping every 10 seconds.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
}

}  // namespace

void ApplyLimits(const GrpcLimits& limits, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(limits.max_message_bytes));
  grpc::ResourceQuota quota("connections");
  quota.Resize(static_cast<std::size_t>(limits.max_connection_bytes));
  builder.SetResourceQuota(quota);
  // A token and a trace's ids take some hundreds.
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 8 << 10);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.max_concurrent_streams);
  // Only if it is asked for: gRPC looks at each call for it.
  if (limits.max_connection_age.count() > 0) LimitAge(limits.max_connection_age, builder);
  SetPings(builder);
}

}  // namespace inkwell
