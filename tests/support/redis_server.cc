#include "tests/support/redis_server.h"

#include <fmt/format.h>

#include <sstream>

namespace inkwell::testing {

// The log's line comes after the data are loaded; the port opens before, and answers
// LOADING.
RedisServer::RedisServer(Options options)
    : options_(std::move(options)),
      process_({.log = folder_.path() / "redis.log"}, "Ready to accept connections") {}

absl::StatusOr<std::unique_ptr<RedisServer>> RedisServer::Start(Options options) {
  std::unique_ptr<RedisServer> server(new RedisServer(std::move(options)));
  auto status = StartOnFreePort([&server](int port) {
    server->port_ = port;
    return server->Restart();
  });
  if (!status.ok()) return status;
  return server;
}

std::string RedisServer::Url() const {
  return fmt::format("{}://127.0.0.1:{}", options_.tls ? "rediss" : "redis", port_);
}

absl::Status RedisServer::Restart() {
  std::vector<std::string> argv{options_.program, "--bind", "127.0.0.1", "--dir",
                                folder_.path(),   "--save", "",          "--port"};
  if (options_.tls) argv.insert(argv.end(), {"0", "--tls-port"});
  argv.push_back(std::to_string(port_));
  for (const auto& line : options_.config) {
    std::istringstream words("--" + line);
    for (std::string word; words >> word;) argv.push_back(word);
  }
  return process_.Start(argv);
}

}  // namespace inkwell::testing
