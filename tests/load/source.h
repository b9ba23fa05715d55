// Where the comments come from: JSON lines, or a seeded generator.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "inkwell/v1/comment.pb.h"

namespace inkwell::load {

// Not thread-safe.
class Source {
 public:
  virtual ~Source() = default;
  // Fills `comment`; false, with `comment` left as it was, at the end.
  [[nodiscard]] virtual bool Next(v1::Comment& comment) = 0;
  // How many comments there are in all; nullopt if there is no end to them.
  [[nodiscard]] virtual std::optional<std::int64_t> Size() const = 0;
};

// Reads one comment in proto3 JSON a line from the file `path` ("-": standard
// input), and goes over them `repeat` times (0: endlessly), the first time with
// the ids that the lines have, then without. All is read and parsed here, so that
// parsing costs nothing later. Fails with each bad line's place and what is wrong
// with it, or if there is no line at all.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Source>> ReadJsonLines(const std::string& path,
                                                                    std::int64_t repeat);

struct GeneratorOptions {
  std::int64_t posts = 1000;
  std::int64_t authors = 1000;
  std::int64_t body_bytes = 200;
  std::uint64_t seed = 1;
};

// Endless comments, the same ones for the same options, without ids.
[[nodiscard]] std::unique_ptr<Source> Generate(const GeneratorOptions& options);

}  // namespace inkwell::load
