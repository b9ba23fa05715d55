#include "common/redis/url.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "absl/strings/ascii.h"
#include "common/redis/tls.h"

namespace inkwell::redis {
namespace {

constexpr std::string_view kForm =
    "expected redis://[[user]:password@]host[:port][/db], or rediss:// for TLS";

absl::Status Bad(std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("{}; {}", what, kForm));
}

std::optional<int> ParseNumber(std::string_view text, int least, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < least || value > most) return std::nullopt;
  return value;
}

std::optional<std::string> PercentDecode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    unsigned value = 0;
    if (text.size() - i < 3) return std::nullopt;
    const char* digits = text.data() + i + 1;
    const auto [end, error] = std::from_chars(digits, digits + 2, value, 16);
    if (error != std::errc() || end != digits + 2) return std::nullopt;
    decoded.push_back(static_cast<char>(value));
    i += 2;
  }
  return decoded;
}

bool IsAlphanumericOr(char c, std::string_view punctuation) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         punctuation.find(c) != std::string_view::npos;
}

// All but what RFC 3986 (2.3) calls unreserved, so that it can be read again and
// breaks no log line.
std::string PercentEncode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (IsAlphanumericOr(c, "-._~")) {
      encoded.push_back(c);
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

bool IsHost(std::string_view text, std::string_view punctuation) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return IsAlphanumericOr(c, punctuation); });
}

absl::Status ParseScheme(std::string_view scheme, Url& url) {
  url.tls = scheme == "rediss";
  if (url.tls && !CanUseTls()) {
    return absl::InvalidArgumentError(
        "rediss:// needs TLS to Redis, which this build doesn't have, since hiredis_ssl was not "
        "there; use the container images or a build on Debian 13, or redis:// on a network that "
        "you trust");
  }
  if (scheme == "redis" || url.tls) return absl::OkStatus();
  if (scheme == "redis+sentinel" || scheme == "redis+cluster") {
    return absl::InvalidArgumentError(fmt::format(
        "{}:// is not supported by this version yet; use redis:// with one server", scheme));
  }
  return Bad(fmt::format("unknown scheme \"{}\"", scheme));
}

absl::Status ParseCredentials(std::string_view text, Url& url) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return Bad("a password must follow ':' before '@'");
  const auto username = PercentDecode(text.substr(0, colon));
  const auto password = PercentDecode(text.substr(colon + 1));
  if (!username || !password) return Bad("bad percent-encoding in user or password");
  url.username = *username;
  url.password = *password;
  return absl::OkStatus();
}

// No error repeats the text: if the '@' was forgotten, the port is the password.
absl::Status ParseHostPort(std::string_view text, Url& url) {
  std::string_view port;
  if (text.substr(0, 1) == "[") {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return Bad("'[' without ']' in the host");
    url.host = text.substr(1, end - 1);
    const auto rest = text.substr(end + 1);
    if (!rest.empty() && rest[0] != ':') return Bad("unexpected text after ']'");
    if (!IsHost(url.host, ":.%-_") || url.host.find(':') == std::string::npos) {
      return Bad("what stands in brackets is no IPv6 address");
    }
    port = rest;
  } else {
    const auto colon = text.find(':');
    url.host = text.substr(0, colon);
    if (url.host.empty()) return Bad("no host");
    if (!IsHost(url.host, ".-_")) return Bad("bad host; letters, digits, '.', '-' and '_'");
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (port.empty()) return absl::OkStatus();
  const auto number = ParseNumber(port.substr(1), 1, 65535);
  // Not quoted: in "redis://user:password", which lacks the host, it is the password.
  if (!number) return Bad("bad port, 1 to 65535");
  url.port = *number;
  return absl::OkStatus();
}

}  // namespace

std::string Url::ToText() const {
  const std::string credentials =
      username.empty() && password.empty() ? "" : fmt::format("{}:***@", PercentEncode(username));
  const bool ipv6 = host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}{}:{}/{}", tls ? "rediss" : "redis", credentials, ipv6 ? "[" : "",
                     host, ipv6 ? "]" : "", port, database);
}

absl::StatusOr<Url> ParseUrl(std::string_view text) {
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return Bad("no scheme");
  Url url;
  if (auto status = ParseScheme(text.substr(0, scheme_end), url); !status.ok()) return status;
  std::string_view rest = text.substr(scheme_end + 3);
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    if (auto status = ParseCredentials(rest.substr(0, at), url); !status.ok()) return status;
    rest.remove_prefix(at + 1);
  }
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    const auto path = rest.substr(slash + 1);
    const auto database = path.empty() ? 0 : ParseNumber(path, 0, 1'000'000);
    if (!database) return Bad("bad database, a number from 0");
    url.database = *database;
    rest = rest.substr(0, slash);
  }
  if (auto status = ParseHostPort(rest, url); !status.ok()) return status;
  return url;
}

}  // namespace inkwell::redis
