#include "common/redis/reply_builder.h"

#include <hiredis/hiredis.h>

#include <cstring>

namespace inkwell::redis {
namespace {

template <typename T>
T* Allocate(const redisReadTask* task, std::size_t count) {
  auto& arena = static_cast<ReplyBuilder*>(task->privdata)->arena();
  return static_cast<T*>(arena.Allocate(count * sizeof(T)));
}

// An empty reply, in its place in the reply around it.
redisReply* AddReply(const redisReadTask* task, int type) {
  auto* reply = new (Allocate<redisReply>(task, 1)) redisReply{};
  reply->type = type;
  if (task->parent != nullptr) {
    static_cast<redisReply*>(task->parent->obj)->element[task->idx] = reply;
  }
  return reply;
}

void* AddString(const redisReadTask* task, char* text, std::size_t bytes) {
  redisReply* reply = AddReply(task, task->type);
  reply->str = Allocate<char>(task, bytes + 1);
  std::memcpy(reply->str, text, bytes);
  reply->str[bytes] = '\0';
  reply->len = bytes;
  return reply;
}

void* AddInteger(const redisReadTask* task, long long value) {
  redisReply* reply = AddReply(task, task->type);
  reply->integer = value;
  return reply;
}

// The task's type is that of what might have been there.
void* AddNil(const redisReadTask* task) { return AddReply(task, REDIS_REPLY_NIL); }

// What hiredis counts elements with differs by its version.
template <typename Count>
void* AddArray(const redisReadTask* task, Count elements) {
  redisReply* reply = AddReply(task, task->type);
  reply->elements = static_cast<std::size_t>(elements);
  reply->element = Allocate<redisReply*>(task, reply->elements);
  std::memset(reply->element, 0, reply->elements * sizeof(redisReply*));
  return reply;
}

redisReplyObjectFunctions Functions(const redisReplyObjectFunctions& defaults) {
  redisReplyObjectFunctions functions = defaults;  // the others are of RESP3, which we don't speak
  functions.createString = AddString;
  functions.createArray = AddArray;
  functions.createInteger = AddInteger;
  functions.createNil = AddNil;
  functions.freeObject = [](void* /*reply*/) {};
  return functions;
}

}  // namespace

void ReplyBuilder::Attach(redisReader& reader) {
  static redisReplyObjectFunctions functions = Functions(*reader.fn);
  reader.fn = &functions;
  reader.privdata = this;
}

}  // namespace inkwell::redis
