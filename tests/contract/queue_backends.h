// What the queue's contract is asked of: the fake, and Redis in each form that it is run in.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/queue/drain_queue.h"
#include "common/queue/push_queue.h"

namespace inkwell::queue {

// A queue of kPartitions (redis_queue_options.h) with any number of connections to it.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::unique_ptr<PushQueue> Push() = 0;
  virtual std::unique_ptr<DrainQueue> Drain() = 0;
  // Changes the number of partitions, in two steps between which nobody can connect to push.
  virtual void BeginRepartition(int partitions) = 0;
  virtual void FinishRepartition() = 0;
};

struct BackendKind {
  std::string name;
  std::function<std::unique_ptr<Backend>()> make;
};

// Whether there is a valkey-server on this machine.
[[nodiscard]] bool HasValkey();

// Those that this build can reach on this machine.
[[nodiscard]] std::vector<BackendKind> Backends();

}  // namespace inkwell::queue
