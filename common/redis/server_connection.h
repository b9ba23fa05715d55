// One blocking connection to one Redis server. With reply, reply_builder and tls, all that
// knows hiredis.
//
// Thread-compatible: one thread at a time. Never used on gRPC's threads, since
// every call may block for up to the I/O timeout.
#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/redis/reply.h"
#include "common/redis/reply_builder.h"
#include "common/redis/tls.h"
#include "common/redis/url.h"

struct redisContext;

namespace inkwell::redis {

struct ConnectOptions {
  std::chrono::milliseconds connect_timeout{1000};
  // For any one wait for bytes to come or go. The connection is lost after it.
  std::chrono::milliseconds io_timeout{2000};
  TlsFiles tls;  // for a URL with TLS
};

class ServerConnection {
 public:
  // Connects to this server, by TLS if the URL says so, authenticates and selects the
  // database. kUnavailable on failure.
  [[nodiscard]] static absl::StatusOr<ServerConnection> Connect(const Server& server,
                                                                const Url& url,
                                                                const ConnectOptions& options);
  // The steps of that: to the server; who we are; both that and which database.
  [[nodiscard]] static absl::StatusOr<ServerConnection> Reach(const Server& server, const Url& url,
                                                              const ConnectOptions& options);
  [[nodiscard]] absl::Status Authenticate(const Url& url);
  [[nodiscard]] absl::Status LogIn(const Url& url);

  // As Connection.
  void Append(std::span<const std::string_view> arguments);
  [[nodiscard]] absl::StatusOr<OwnedReply> Read();
  [[nodiscard]] absl::StatusOr<OwnedReply> Call(std::initializer_list<std::string_view> arguments);

  // Sends what is queued, waiting for no reply. kUnavailable as Read.
  [[nodiscard]] absl::Status Flush();

 private:
  struct ContextDeleter {
    void operator()(redisContext* context) const;
  };
  explicit ServerConnection(redisContext* context);

  std::unique_ptr<ReplyBuilder> replies_;  // outlives the context
  std::unique_ptr<redisContext, ContextDeleter> context_;
};

}  // namespace inkwell::redis
