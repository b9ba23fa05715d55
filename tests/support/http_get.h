// Just enough of an HTTP client to look at the pages of our own servers.
#pragma once

#include <string>

namespace inkwell::testing {

struct HttpAnswer {
  int status = 0;  // 0: no answer
  std::string headers;
  std::string body;
};

// Asks 127.0.0.1 and reads until the server closes.
[[nodiscard]] HttpAnswer HttpGet(int port, const std::string& path,
                                 const std::string& method = "GET");

}  // namespace inkwell::testing
