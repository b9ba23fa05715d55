// A load of creates that goes on through outages, as careful clients do: the id is the
// client's, and a create that failed is tried again with the same id, on the next server.
#pragma once

#include <grpcpp/channel.h>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "common/base/mutex.h"

namespace inkwell::testing {

// Thread-safe. Runs from its construction until Stop, or its destruction.
class CreateLoad {
 public:
  // Each of `threads` has one call under way at a time, on one of `servers`.
  explicit CreateLoad(std::vector<std::shared_ptr<grpc::Channel>> servers, int threads = 4);
  // On one channel that finds and changes servers by itself: its calls don't wait for one.
  CreateLoad(int threads, std::shared_ptr<grpc::Channel> balanced);
  ~CreateLoad() { Stop(); }

  // Waits until `count` more are acknowledged than are now: the load flows.
  [[nodiscard]] bool AwaitAcknowledged(std::int64_t count);
  // Ends it; what is under way is tried no more. May be called twice.
  void Stop();

  // The ids that the servers said OK to.
  [[nodiscard]] std::set<std::string> acknowledged() const;
  // The messages of the calls that failed, by their codes.
  [[nodiscard]] std::map<grpc::StatusCode, std::set<std::string>> failures() const;

 private:
  void Start(int threads);
  void Run(int series, const std::stop_token& stop);
  [[nodiscard]] bool CreateOnce(const std::string& comment_id,
                                const std::shared_ptr<grpc::Channel>& server);

  const std::vector<std::shared_ptr<grpc::Channel>> servers_;
  const bool wait_for_ready_;
  mutable Mutex mutex_;
  std::set<std::string> acknowledged_ INK_GUARDED_BY(mutex_);
  std::map<grpc::StatusCode, std::set<std::string>> failures_ INK_GUARDED_BY(mutex_);
  std::vector<std::jthread> threads_;
};

}  // namespace inkwell::testing
