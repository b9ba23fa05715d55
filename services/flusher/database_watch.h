// Asks the database every now and then whether it takes writes, on a connection of its own:
// while there is nothing to flush nobody else would notice that it is away.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>

#include "absl/status/status.h"
#include "common/server/reachability.h"
#include "services/flusher/store/pg_connection.h"

namespace inkwell::flusher {

// Thread-compatible.
class DatabaseWatch {
 public:
  struct Options {
    std::chrono::milliseconds interval{500};
    // A database that is silent for so long counts as away.
    std::chrono::milliseconds reply_timeout = std::chrono::seconds(5);
  };
  // OK, or why nothing can be written. Called after each look, on the watch's thread; must
  // not block.
  using OnLook = std::function<void(const absl::Status&)>;

  DatabaseWatch(const PgConnection::Options& connection, const Options& options, OnLook on_look);
  ~DatabaseWatch();  // stops

  void Start();
  // After the look under way. Joins. May be called twice.
  void Stop();

 private:
  void Watch(const std::stop_token& stop);
  [[nodiscard]] absl::Status Look();
  [[nodiscard]] absl::Status Ask();

  const Options options_;
  PgConnection::Options connection_options_;
  const OnLook on_look_;

  // The watch thread's.
  std::optional<PgConnection> connection_;
  Reachability database_{"Postgres"};

  std::jthread thread_;
};

}  // namespace inkwell::flusher
