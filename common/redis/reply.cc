#include "common/redis/reply.h"

#include <hiredis/hiredis.h>

#include <charconv>

#include "common/redis/reply_error.h"

namespace inkwell::redis {

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

}  // namespace inkwell::redis
