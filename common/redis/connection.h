// One blocking connection to one Redis server. With reply_builder and tls, all that
// knows hiredis.
//
// Thread-compatible: one thread at a time. Never used on gRPC's threads, since
// every call may block for up to the I/O timeout.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/redis/reply_builder.h"
#include "common/redis/tls.h"
#include "common/redis/url.h"

struct redisContext;
struct redisReply;

namespace inkwell::redis {

// A reply, or a part of one; a view, valid as long as the OwnedReply it is of.
class Reply {
 public:
  explicit Reply(const redisReply* reply) : reply_(reply) {}

  [[nodiscard]] bool IsNil() const;
  [[nodiscard]] bool IsError() const;
  // Of a bulk string, status or error; empty for other kinds.
  [[nodiscard]] std::string_view Text() const;
  // Of an integer; 0 for other kinds.
  [[nodiscard]] std::int64_t Integer() const;
  // Of text that is a decimal number, as counters in hashes come; 0 for other kinds.
  [[nodiscard]] std::int64_t Number() const;
  // Of an array; 0 for other kinds.
  [[nodiscard]] std::size_t Size() const;
  // Requires i < Size().
  [[nodiscard]] Reply operator[](std::size_t i) const;
  // OK, or what an error reply means (reply_error.h).
  [[nodiscard]] absl::Status ToStatus() const;

 private:
  const redisReply* reply_;
};

class OwnedReply {
 public:
  // `reply` lies in `arena`.
  OwnedReply(const redisReply* reply, std::unique_ptr<ReplyArena> arena)
      : arena_(std::move(arena)), reply_(reply) {}
  [[nodiscard]] Reply operator*() const { return Reply(reply_); }

 private:
  std::unique_ptr<ReplyArena> arena_;
  const redisReply* reply_;
};

struct ConnectOptions {
  std::chrono::milliseconds connect_timeout{1000};
  // For any one wait for bytes to come or go. The connection is lost after it.
  std::chrono::milliseconds io_timeout{2000};
  TlsFiles tls;  // for a URL with TLS
};

class Connection {
 public:
  // Connects to where the URL leads, authenticates and selects the database. With Sentinel
  // that is whoever is master now, so that a new connection follows a failover.
  // kUnavailable on failure.
  [[nodiscard]] static absl::StatusOr<Connection> Connect(const Url& url,
                                                          const ConnectOptions& options);

  // The steps of that: to this server, by TLS if the URL says so; who we are; which database.
  [[nodiscard]] static absl::StatusOr<Connection> ConnectTo(const Server& server, const Url& url,
                                                            const ConnectOptions& options);
  [[nodiscard]] absl::Status Authenticate(const Url& url);
  [[nodiscard]] absl::Status LogIn(const Url& url);  // both

  // Queues a command; nothing is sent yet. The arguments are copied.
  void Append(std::span<const std::string_view> arguments);
  void Append(std::initializer_list<std::string_view> arguments);

  // Sends what is queued and waits for the next reply. Error replies are replies.
  // kUnavailable if the connection broke or timed out: it is then unknown which of
  // the commands not yet answered were executed, and the connection is only good
  // for destruction.
  [[nodiscard]] absl::StatusOr<OwnedReply> Read();

  // Append and Read; an error reply becomes its status.
  [[nodiscard]] absl::StatusOr<OwnedReply> Call(std::initializer_list<std::string_view> arguments);

 private:
  struct ContextDeleter {
    void operator()(redisContext* context) const;
  };
  explicit Connection(redisContext* context);

  std::unique_ptr<ReplyBuilder> replies_;  // outlives the context
  std::unique_ptr<redisContext, ContextDeleter> context_;
};

}  // namespace inkwell::redis
