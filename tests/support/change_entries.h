// List entries for tests, each stamped as pushed.
#pragma once

#include <cstdint>
#include <string>

#include "inkwell/queue/v1/change.pb.h"
#include "tests/support/id_of.h"

namespace inkwell::testing {

// A change of comment `number`, of no kind yet.
[[nodiscard]] queue::v1::Change ChangeOf(int number, std::int64_t accept_time_us);

// The entry of a change as it is pushed: no two are the same, not even of one change.
[[nodiscard]] std::string PushedEntry(const queue::v1::Change& change);

[[nodiscard]] std::string CreateEntry(int number, const std::string& body = "body");
// Updates, accepted `revision` µs after 1970.
[[nodiscard]] std::string BodyEntry(int number, std::uint64_t revision, const std::string& body);
// The attributes {"key": value}.
[[nodiscard]] std::string AttributesEntry(int number, std::uint64_t revision,
                                          const std::string& value);
[[nodiscard]] std::string DeleteEntry(int number, std::int64_t accept_time_us);

}  // namespace inkwell::testing
