#include "common/server/flag_types.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "absl/time/time.h"
#include "common/queue/keys.h"

namespace inkwell {

using flag_internal::View;

namespace flag_internal {

bool ParseInt(std::string_view text, std::int64_t least, std::int64_t most, std::int64_t& value,
              std::string* error) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc() && end == text.data() + text.size() && value >= least &&
      value <= most) {
    return true;
  }
  *error = fmt::format("expected a whole number from {} to {}", least, most);
  return false;
}

bool ParseDuration(std::string_view text, std::chrono::milliseconds least,
                   std::chrono::milliseconds most, std::chrono::milliseconds& value,
                   std::string* error) {
  absl::Duration duration;
  if (absl::ParseDuration(std::string(text), &duration)) {
    const absl::Duration whole = absl::Trunc(duration, absl::Milliseconds(1));
    value = absl::ToChronoMilliseconds(whole);
    if (whole == duration && value >= least && value <= most) return true;
  }
  *error = fmt::format("expected a duration such as 250ms, 10s or 1m30s, from {} to {}",
                       FormatDuration(least), FormatDuration(most));
  return false;
}

std::string FormatDuration(std::chrono::milliseconds value) {
  return absl::FormatDuration(absl::FromChrono(value));
}

}  // namespace flag_internal

namespace {

struct ByteUnit {
  std::string_view name;
  std::int64_t bytes;
};
constexpr std::array<ByteUnit, 3> kByteUnits{{{"KiB", std::int64_t{1} << 10},
                                              {"MiB", std::int64_t{1} << 20},
                                              {"GiB", std::int64_t{1} << 30}}};

std::optional<std::int64_t> ParseByteSize(std::string_view text) {
  std::int64_t unit_bytes = 1;
  for (const auto& unit : kByteUnits) {
    if (text.size() > unit.name.size() &&
        text.substr(text.size() - unit.name.size()) == unit.name) {
      unit_bytes = unit.bytes;
      text.remove_suffix(unit.name.size());
      break;
    }
  }
  std::int64_t count = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (count < 1 || count > std::numeric_limits<std::int64_t>::max() / unit_bytes)
    return std::nullopt;
  return count * unit_bytes;
}

}  // namespace

bool AbslParseFlag(absl::string_view text, ByteSize* flag, std::string* error) {
  const auto bytes = ParseByteSize(View(text));
  if (bytes)
    flag->bytes = *bytes;
  else
    *error = "expected a number of bytes such as 4096, 64KiB, 8MiB or 1GiB";
  return bytes.has_value();
}

std::string AbslUnparseFlag(const ByteSize& flag) {
  for (auto unit = kByteUnits.rbegin(); unit != kByteUnits.rend(); ++unit) {
    if (flag.bytes % unit->bytes == 0)
      return fmt::format("{}{}", flag.bytes / unit->bytes, unit->name);
  }
  return std::to_string(flag.bytes);
}

std::string ListenAddress::ToText() const { return fmt::format("{}:{}", host, port); }

bool AbslParseFlag(absl::string_view text, ListenAddress* flag, std::string* error) {
  const std::string_view view = View(text);
  const auto colon = view.rfind(':');
  std::int64_t port = 0;
  std::string ignored;
  const std::string_view host = view.substr(0, colon == std::string_view::npos ? 0 : colon);
  const bool bare_ipv6 = host.find(':') != std::string_view::npos && host.front() != '[';
  if (host.empty() || bare_ipv6 ||
      !flag_internal::ParseInt(view.substr(colon + 1), 0, 65535, port, &ignored)) {
    *error = "expected host:port such as 0.0.0.0:50051, 127.0.0.1:0 or [::]:50051";
    return false;
  }
  flag->host = host;
  flag->port = static_cast<int>(port);
  return true;
}

std::string AbslUnparseFlag(const ListenAddress& flag) { return flag.ToText(); }

bool AbslParseFlag(absl::string_view text, Namespace* flag, std::string* error) {
  const auto status = queue::CheckNamespace(View(text));
  flag->name = std::string(text);
  if (!status.ok()) *error = std::string(status.message());
  return status.ok();
}

std::string AbslUnparseFlag(const Namespace& flag) { return flag.name; }

bool AbslParseFlag(absl::string_view text, LogLevel* flag, std::string* error) {
  flag->name = std::string(text);
  if (IsLogLevel(flag->name)) return true;
  *error = "expected trace, debug, info, warning, error, critical or off";
  return false;
}

std::string AbslUnparseFlag(const LogLevel& flag) { return flag.name; }

bool AbslParseFlag(absl::string_view text, LogFormat* flag, std::string* error) {
  if (text == "text")
    *flag = LogFormat::kText;
  else if (text == "json")
    *flag = LogFormat::kJson;
  else
    *error = "expected json or text";
  return error->empty();
}

std::string AbslUnparseFlag(const LogFormat& flag) {
  return flag == LogFormat::kText ? "text" : "json";
}

namespace redis {

bool AbslParseFlag(absl::string_view text, Url* flag, std::string* error) {
  auto url = ParseUrl(View(text));
  if (url.ok())
    *flag = *std::move(url);
  else
    *error = std::string(url.status().message());
  return error->empty();
}

std::string AbslUnparseFlag(const Url& flag) { return flag.ToText(); }

}  // namespace redis
}  // namespace inkwell
