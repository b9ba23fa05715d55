// Types of flags beyond Abseil's own. Parsing them is checking them, so that
// Abseil reports every bad flag at once, with what would be right.
//
// Each has the two functions that Abseil finds by name (see absl/flags/marshalling.h):
// AbslParseFlag and AbslUnparseFlag. The latter is what the settings' log line
// shows, so it hides secrets.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"
#include "common/redis/url.h"
#include "common/server/log.h"

namespace inkwell {

namespace flag_internal {
bool ParseInt(std::string_view text, std::int64_t least, std::int64_t most, std::int64_t& value,
              std::string* error);
bool ParseDuration(std::string_view text, std::chrono::milliseconds least,
                   std::chrono::milliseconds most, std::chrono::milliseconds& value,
                   std::string* error);
std::string FormatDuration(std::chrono::milliseconds value);
inline std::string_view View(absl::string_view text) { return {text.data(), text.size()}; }
}  // namespace flag_internal

// A whole number from Least to Most.
template <std::int64_t Least, std::int64_t Most>
struct IntIn {
  std::int64_t value = Least;
};
template <std::int64_t Least, std::int64_t Most>
bool AbslParseFlag(absl::string_view text, IntIn<Least, Most>* flag, std::string* error) {
  return flag_internal::ParseInt(flag_internal::View(text), Least, Most, flag->value, error);
}
template <std::int64_t Least, std::int64_t Most>
std::string AbslUnparseFlag(const IntIn<Least, Most>& flag) {
  return std::to_string(flag.value);
}

// A duration such as 250ms, 10s or 1m30s, from LeastMs to MostMs.
template <std::int64_t LeastMs, std::int64_t MostMs>
struct DurationIn {
  std::chrono::milliseconds value{LeastMs};
};
template <std::int64_t LeastMs, std::int64_t MostMs>
bool AbslParseFlag(absl::string_view text, DurationIn<LeastMs, MostMs>* flag, std::string* error) {
  return flag_internal::ParseDuration(flag_internal::View(text), std::chrono::milliseconds(LeastMs),
                                      std::chrono::milliseconds(MostMs), flag->value, error);
}
template <std::int64_t LeastMs, std::int64_t MostMs>
std::string AbslUnparseFlag(const DurationIn<LeastMs, MostMs>& flag) {
  return flag_internal::FormatDuration(flag.value);
}

// A number of bytes: 4096, 64KiB, 8MiB, 1GiB. At least 1.
struct ByteSize {
  std::int64_t bytes = 1;
};
bool AbslParseFlag(absl::string_view text, ByteSize* flag, std::string* error);
std::string AbslUnparseFlag(const ByteSize& flag);

// host:port; an IPv6 host in brackets; port 0 lets the system choose.
struct ListenAddress {
  std::string host;
  int port = 0;
  [[nodiscard]] std::string ToText() const;
};
bool AbslParseFlag(absl::string_view text, ListenAddress* flag, std::string* error);
std::string AbslUnparseFlag(const ListenAddress& flag);

// A namespace, as keys.h allows it.
struct Namespace {
  std::string name;
};
bool AbslParseFlag(absl::string_view text, Namespace* flag, std::string* error);
std::string AbslUnparseFlag(const Namespace& flag);

// A log level, as spdlog names it.
struct LogLevel {
  std::string name;
};
bool AbslParseFlag(absl::string_view text, LogLevel* flag, std::string* error);
std::string AbslUnparseFlag(const LogLevel& flag);

bool AbslParseFlag(absl::string_view text, LogFormat* flag, std::string* error);
std::string AbslUnparseFlag(const LogFormat& flag);

namespace redis {
bool AbslParseFlag(absl::string_view text, Url* flag, std::string* error);
std::string AbslUnparseFlag(const Url& flag);
}  // namespace redis

}  // namespace inkwell
