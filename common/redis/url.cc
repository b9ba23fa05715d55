#include "common/redis/url.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "common/redis/tls.h"

namespace inkwell::redis {
namespace {

struct Scheme {
  std::string_view name;
  Topology topology;
  bool tls;
  int default_port;
  std::string_view form;  // of what follows "://"
};

constexpr std::string_view kServerForm = "[[user]:password@]host[:port][/db]";
constexpr std::string_view kSentinelForm = "[[user]:password@]host[:port],…/master[/db]";
constexpr std::string_view kClusterForm = "[[user]:password@]host[:port],…";
constexpr Scheme kSchemes[] = {
    {"redis", Topology::kServer, false, 6379, kServerForm},
    {"rediss", Topology::kServer, true, 6379, kServerForm},
    {"redis+sentinel", Topology::kSentinel, false, 26379, kSentinelForm},
    {"rediss+sentinel", Topology::kSentinel, true, 26379, kSentinelForm},
    {"redis+cluster", Topology::kCluster, false, 6379, kClusterForm},
    {"rediss+cluster", Topology::kCluster, true, 6379, kClusterForm},
};

absl::Status Bad(std::string_view what, const Scheme& scheme = kSchemes[0]) {
  return absl::InvalidArgumentError(
      fmt::format("{}; expected {}://{}", what, scheme.name, scheme.form));
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

absl::StatusOr<const Scheme*> ParseScheme(std::string_view name) {
  const auto* const scheme = std::find_if(std::begin(kSchemes), std::end(kSchemes),
                                          [&](const Scheme& known) { return known.name == name; });
  if (scheme == std::end(kSchemes)) {
    return absl::InvalidArgumentError(
        fmt::format("unknown scheme \"{}\"; expected redis://, redis+sentinel:// or "
                    "redis+cluster://, or rediss for redis "
                    "in any of them for TLS",
                    name));
  }
  if (scheme->tls && !CanUseTls()) {
    return absl::InvalidArgumentError(fmt::format(
        "{}:// needs TLS to Redis, which this build doesn't have, since hiredis_ssl was not "
        "there; use the container images or a build on Debian 13, or redis:// on a network that "
        "you trust",
        name));
  }
  return scheme;
}

// What follows the scheme. No error repeats any of it: if the '@' was forgotten, the port is
// the password.
class Parser {
 public:
  explicit Parser(const Scheme& scheme) : scheme_(scheme) {
    url_.topology = scheme.topology;
    url_.tls = scheme.tls;
  }

  absl::StatusOr<Url> Parse(std::string_view text) {
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
      if (auto status = ParseCredentials(text.substr(0, at)); !status.ok()) return status;
      text.remove_prefix(at + 1);
    }
    const auto slash = std::min(text.find('/'), text.size());
    if (auto status = ParsePath(text.substr(slash)); !status.ok()) return status;
    if (auto status = ParseServers(text.substr(0, slash)); !status.ok()) return status;
    return std::move(url_);
  }

 private:
  [[nodiscard]] absl::Status Bad(std::string_view what) const { return redis::Bad(what, scheme_); }

  absl::Status ParseCredentials(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return Bad("a password must follow ':' before '@'");
    const auto username = PercentDecode(text.substr(0, colon));
    const auto password = PercentDecode(text.substr(colon + 1));
    if (!username || !password) return Bad("bad percent-encoding in user or password");
    url_.username = *username;
    url_.password = *password;
    return absl::OkStatus();
  }

  // "", or what begins with '/'.
  absl::Status ParsePath(std::string_view path) {
    if (scheme_.topology == Topology::kSentinel) {
      const auto end = std::min(path.find('/', 1), path.size());
      url_.master = path.substr(std::min<std::size_t>(1, path.size()), end - 1);
      if (path.empty() || url_.master.empty()) return Bad("no name of a master");
      if (!IsHost(url_.master, ".-_")) {
        return Bad("bad name of a master; letters, digits, '.', '-' and '_'");
      }
      path.remove_prefix(end);
    }
    if (path.size() <= 1) return absl::OkStatus();
    if (scheme_.topology == Topology::kCluster) return Bad("a cluster has no databases");
    const auto database = ParseNumber(path.substr(1), 0, 1'000'000);
    if (!database) return Bad("bad database, a number from 0");
    url_.database = *database;
    return absl::OkStatus();
  }

  absl::Status ParseServers(std::string_view text) {
    url_.servers.clear();
    while (true) {
      const bool may_be_many = scheme_.topology != Topology::kServer;
      const auto comma = may_be_many ? text.find(',') : std::string_view::npos;
      if (auto status = ParseServer(text.substr(0, comma)); !status.ok()) return status;
      if (comma == std::string_view::npos) return absl::OkStatus();
      text.remove_prefix(comma + 1);
    }
  }

  absl::Status ParseServer(std::string_view text) {
    Server server{"", scheme_.default_port};
    std::string_view port;
    if (text.substr(0, 1) == "[") {
      const auto end = text.find(']');
      if (end == std::string_view::npos) return Bad("'[' without ']' in the host");
      server.host = text.substr(1, end - 1);
      port = text.substr(end + 1);
      if (!port.empty() && port[0] != ':') return Bad("unexpected text after ']'");
      if (!IsHost(server.host, ":.%-_") || server.host.find(':') == std::string::npos) {
        return Bad("what stands in brackets is no IPv6 address");
      }
    } else {
      const auto colon = std::min(text.find(':'), text.size());
      server.host = text.substr(0, colon);
      if (server.host.empty()) return Bad("no host");
      if (!IsHost(server.host, ".-_")) return Bad("bad host; letters, digits, '.', '-' and '_'");
      port = text.substr(colon);
    }
    if (!port.empty()) {
      const auto number = ParseNumber(port.substr(1), 1, 65535);
      if (!number) return Bad("bad port, 1 to 65535");
      server.port = *number;
    }
    url_.servers.push_back(std::move(server));
    return absl::OkStatus();
  }

  const Scheme& scheme_;
  Url url_;
};

}  // namespace

std::string Server::ToText() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", ipv6 ? "[" : "", host, ipv6 ? "]" : "", port);
}

std::string Url::ToText() const {
  const auto* const scheme = std::find_if(
      std::begin(kSchemes), std::end(kSchemes),
      [this](const Scheme& known) { return known.topology == topology && known.tls == tls; });
  std::string text = fmt::format("{}://", scheme->name);
  if (!username.empty() || !password.empty()) {
    text += fmt::format("{}:***@", PercentEncode(username));
  }
  for (const Server& server : servers) {
    if (&server != &servers.front()) text += ',';
    text += server.ToText();
  }
  if (topology == Topology::kSentinel) text += "/" + master;
  return topology == Topology::kCluster ? text : fmt::format("{}/{}", text, database);
}

absl::StatusOr<Url> ParseUrl(std::string_view text) {
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return Bad("no scheme");
  const auto scheme = ParseScheme(text.substr(0, scheme_end));
  if (!scheme.ok()) return scheme.status();
  return Parser(**scheme).Parse(text.substr(scheme_end + 3));
}

}  // namespace inkwell::redis
