// Whether a server that we need can be reached, and what the log says of that.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "common/base/clock.h"

namespace inkwell {

// Thread-compatible.
class Reachability {
 public:
  // `server` is its name in the log.
  explicit Reachability(std::string server) : server_(std::move(server)) {}

  // Takes note of a look at the server: OK, or why it is of no use. True if it could not be
  // reached before and can now, or the other way round, or is looked at for the first time.
  //
  // That is logged, with the reason; but not within a second of the last such line, since a server
  // may come and go: then it is logged at a later look, if it still holds.
  bool Update(const absl::Status& status);

 private:
  void Log(const absl::Status& status);

  const std::string server_;
  std::optional<bool> reachable_;
  std::optional<bool> logged_;
  SteadyTime logged_at_{};
};

}  // namespace inkwell
