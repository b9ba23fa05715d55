#include "common/redis/connection.h"

#include <fmt/core.h>
#include <hiredis/hiredis.h>
#include <sys/time.h>

#include <charconv>
#include <string>
#include <vector>

#include "common/base/errors.h"
#include "common/redis/reply_error.h"
#include "common/redis/sentinel.h"
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
  return RetryableError(absl::StatusCode::kUnavailable, "REDIS_UNAVAILABLE",
                        fmt::format("connection to Redis: {}", what),
                        std::chrono::milliseconds(500));
}

std::string_view ErrorText(const redisContext& context) {
  // hiredis reports a timed-out read as EAGAIN's "Resource temporarily unavailable".
  if (context.err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    return "no answer in time";
  }
  return context.errstr;
}

}  // namespace

bool Reply::IsNil() const { return reply_->type == REDIS_REPLY_NIL; }
bool Reply::IsError() const { return reply_->type == REDIS_REPLY_ERROR; }
std::string_view Reply::Text() const {
  return reply_->str == nullptr ? std::string_view() : std::string_view(reply_->str, reply_->len);
}
std::int64_t Reply::Integer() const { return reply_->integer; }
std::int64_t Reply::Number() const {
  std::int64_t number = 0;
  const std::string_view text = Text();
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}
std::size_t Reply::Size() const { return reply_->elements; }
Reply Reply::operator[](std::size_t i) const { return Reply(reply_->element[i]); }
absl::Status Reply::ToStatus() const {
  return IsError() ? FromReplyError(Text()) : absl::OkStatus();
}

void Connection::ContextDeleter::operator()(redisContext* context) const { redisFree(context); }

Connection::Connection(redisContext* context)
    : replies_(std::make_unique<ReplyBuilder>()), context_(context) {
  replies_->Attach(*context->reader);
}

absl::StatusOr<Connection> Connection::Connect(const Url& url, const ConnectOptions& options) {
  if (url.topology == Topology::kSentinel) return ConnectToMaster(url, options);
  auto connection = ConnectTo(url.servers.front(), url, options);
  if (!connection.ok()) return connection;
  if (auto status = connection->LogIn(url); !status.ok()) return status;
  return connection;
}

absl::StatusOr<Connection> Connection::ConnectTo(const Server& server, const Url& url,
                                                 const ConnectOptions& options) {
  redisContext* context =
      redisConnectWithTimeout(server.host.c_str(), server.port, ToTimeval(options.connect_timeout));
  if (context == nullptr) return ConnectionLost("out of memory");
  Connection connection(context);
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

absl::Status Connection::Authenticate(const Url& url) {
  if (url.password.empty()) return absl::OkStatus();
  const auto reply = url.username.empty() ? Call({"AUTH", url.password})
                                          : Call({"AUTH", url.username, url.password});
  return reply.ok() ? absl::OkStatus() : Annotate(reply.status(), "AUTH");
}

absl::Status Connection::LogIn(const Url& url) {
  if (auto status = Authenticate(url); !status.ok()) return status;
  if (url.database == 0) return absl::OkStatus();
  const auto reply = Call({"SELECT", std::to_string(url.database)});
  return reply.ok() ? absl::OkStatus() : Annotate(reply.status(), "SELECT");
}

void Connection::Append(std::span<const std::string_view> arguments) {
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

void Connection::Append(std::initializer_list<std::string_view> arguments) {
  Append(std::span(arguments.begin(), arguments.size()));
}

absl::StatusOr<OwnedReply> Connection::Read() {
  void* reply = nullptr;
  if (redisGetReply(context_.get(), &reply) != REDIS_OK) {
    return ConnectionLost(ErrorText(*context_));
  }
  return OwnedReply(static_cast<redisReply*>(reply), replies_->TakeArena());
}

absl::StatusOr<OwnedReply> Connection::Call(std::initializer_list<std::string_view> arguments) {
  Append(arguments);
  auto reply = Read();
  if (!reply.ok()) return reply;
  if (auto status = (**reply).ToStatus(); !status.ok()) return status;
  return reply;
}

}  // namespace inkwell::redis
