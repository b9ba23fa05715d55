#include "common/redis/server_connection.h"

#include <fmt/core.h>
#include <hiredis/hiredis.h>
#include <sys/time.h>

#include <string>
#include <vector>

#include "common/base/errors.h"
#include "common/redis/reply_error.h"
#include "common/redis/tls.h"

namespace inkwell::redis {
namespace {

timeval ToTimeval(std::chrono::milliseconds duration) {
  timeval result{};
  result.tv_sec = duration.count() / 1000;
  result.tv_usec = duration.count() % 1000 * 1000;
  return result;
}

absl::Status ConnectionLost(std::string_view what) {
  return Unavailable(fmt::format("connection to Redis: {}", what));
}

std::string_view ErrorText(const redisContext& context) {
  // hiredis reports a timed-out read as EAGAIN's "Resource temporarily unavailable".
  if (context.err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    return "no answer in time";
  }
  return context.errstr;
}

}  // namespace

void ServerConnection::ContextDeleter::operator()(redisContext* context) const {
  redisFree(context);
}

ServerConnection::ServerConnection(redisContext* context)
    : replies_(std::make_unique<ReplyBuilder>()), context_(context) {
  replies_->Attach(*context->reader);
}

absl::StatusOr<ServerConnection> ServerConnection::Connect(const Server& server, const Url& url,
                                                           const ConnectOptions& options) {
  auto connection = Reach(server, url, options);
  if (!connection.ok()) return connection;
  if (auto status = connection->LogIn(url); !status.ok()) return status;
  return connection;
}

absl::StatusOr<ServerConnection> ServerConnection::Reach(const Server& server, const Url& url,
                                                         const ConnectOptions& options) {
  redisContext* context =
      redisConnectWithTimeout(server.host.c_str(), server.port, ToTimeval(options.connect_timeout));
  if (context == nullptr) return ConnectionLost("out of memory");
  ServerConnection connection(context);
  if (context->err != 0) {
    return ConnectionLost(fmt::format("{}: {}", server.ToText(), ErrorText(*context)));
  }
  redisSetTimeout(context, ToTimeval(options.io_timeout));
  redisEnableKeepAlive(context);
  if (url.tls) {
    if (auto status = StartTls(*context, server.host, options.tls); !status.ok()) return status;
  }
  return connection;
}

absl::Status ServerConnection::Authenticate(const Url& url) {
  if (url.password.empty()) return absl::OkStatus();
  const auto reply = url.username.empty() ? Call({"AUTH", url.password})
                                          : Call({"AUTH", url.username, url.password});
  return reply.ok() ? absl::OkStatus() : Annotate(reply.status(), "AUTH");
}

absl::Status ServerConnection::LogIn(const Url& url) {
  if (auto status = Authenticate(url); !status.ok()) return status;
  if (url.database == 0) return absl::OkStatus();
  const auto reply = Call({"SELECT", std::to_string(url.database)});
  return reply.ok() ? absl::OkStatus() : Annotate(reply.status(), "SELECT");
}

void ServerConnection::Append(std::span<const std::string_view> arguments) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  texts.reserve(arguments.size());
  lengths.reserve(arguments.size());
  for (const auto argument : arguments) {
    texts.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  redisAppendCommandArgv(context_.get(), static_cast<int>(texts.size()), texts.data(),
                         lengths.data());
}

absl::Status ServerConnection::Flush() {
  int is_done = 0;
  while (is_done == 0) {
    if (redisBufferWrite(context_.get(), &is_done) != REDIS_OK) {
      return ConnectionLost(ErrorText(*context_));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<OwnedReply> ServerConnection::Read() {
  void* reply = nullptr;
  if (redisGetReply(context_.get(), &reply) != REDIS_OK) {
    return ConnectionLost(ErrorText(*context_));
  }
  return OwnedReply(static_cast<redisReply*>(reply), replies_->TakeArena());
}

absl::StatusOr<OwnedReply> ServerConnection::Call(
    std::initializer_list<std::string_view> arguments) {
  Append(std::span(arguments.begin(), arguments.size()));
  auto reply = Read();
  if (!reply.ok()) return reply;
  if (auto status = (**reply).ToStatus(); !status.ok()) return status;
  return reply;
}

}  // namespace inkwell::redis
