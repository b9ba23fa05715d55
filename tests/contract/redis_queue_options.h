// How the queue's tests reach a Redis of their own.
#pragma once

#include "common/queue/connect.h"
#include "tests/support/redis_server.h"

namespace inkwell::queue {

inline constexpr int kPartitions = 3;

inline QueueOptions OptionsFor(const testing::RedisServer& server, int partitions = kPartitions) {
  QueueOptions options;
  options.url = *redis::ParseUrl(server.Url());
  options.partitions = partitions;
  return options;
}

}  // namespace inkwell::queue
