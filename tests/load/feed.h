// Hands out what is sent next, until the run's end: the source's, --count's,
// --duration's or the user's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "inkwell/v1/comment.pb.h"
#include "tests/load/source.h"

namespace inkwell::load {

// Thread-safe.
class Feed {
 public:
  struct Options {
    std::optional<std::int64_t> count = std::nullopt;  // comments in all
    SteadyTime end = SteadyTime::max();
    bool give_ids = false;  // whether comments without an id get a UUIDv7 here
  };

  Feed(std::unique_ptr<Source> source, const Options& options, std::stop_token stop);

  // The next `most` comments, or as many as there are left; none at the end, and
  // then none ever after.
  [[nodiscard]] std::vector<v1::Comment> Take(std::int64_t most);

  // How many comments will be handed out in all, if that is known beforehand.
  [[nodiscard]] std::optional<std::int64_t> Total() const { return total_; }

 private:
  const Options options_;
  const std::stop_token stop_;
  Mutex mutex_;
  const std::unique_ptr<Source> source_;
  const std::optional<std::int64_t> total_;
  std::int64_t taken_ INK_GUARDED_BY(mutex_) = 0;
};

}  // namespace inkwell::load
