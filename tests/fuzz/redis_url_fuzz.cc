// Any text is refused, or is a URL that can be printed for a log without giving its
// password away, and read again.
//
// Input: the text of a URL.
#include <string_view>

#include "common/redis/url.h"
#include "tests/fuzz/require.h"

namespace inkwell::redis {
namespace {

void Check(std::string_view text) {
  const auto url = ParseUrl(text);
  if (!url.ok()) return;

  // A password such as "6379" may well stand in the print, but not because it is one.
  Url other = *url;
  if (!url->password.empty()) other.password = "another";
  Require(other.ToText() == url->ToText(), "the print doesn't depend on the password");

  const auto again = ParseUrl(url->ToText());
  Require(again.ok(), "what is printed can be read");
  Require(again->tls == url->tls, "TLS is the same");
  Require(again->topology == url->topology, "the servers are of the same kind");
  Require(again->servers == url->servers, "the servers are the same");
  Require(again->master == url->master, "the master is the same");
  Require(again->username == url->username, "the user is the same");
  Require(again->database == url->database, "the database is the same");
  Require(again->ToText() == url->ToText(), "the print is the same");
}

}  // namespace
}  // namespace inkwell::redis

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  inkwell::redis::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
