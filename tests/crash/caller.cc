#include "tests/crash/caller.h"

#include <grpcpp/client_context.h>

#include <chrono>
#include <utility>

namespace inkwell::testing {
namespace {

using std::chrono::system_clock;

// Longer than ingest lets a call wait for Redis: only a process that stands still reaches it.
constexpr std::chrono::milliseconds kDeadline(1500);
// A call that waits until Postgres has it may wait longer.
constexpr std::chrono::milliseconds kPersistedDeadline(4000);

// Makes a call, and writes it down.
template <typename MakeCall>
bool Make(CommentHistory& comment, Call call, std::chrono::milliseconds deadline,
          const MakeCall& make_call) {
  grpc::ClientContext context;
  call.begin = system_clock::now();
  context.set_deadline(call.begin + deadline);
  call.status = make_call(context, call);
  call.end = system_clock::now();
  const bool acknowledged = call.acknowledged();
  comment.Add(std::move(call));
  return acknowledged;
}

}  // namespace

Caller::Caller(const std::vector<std::shared_ptr<grpc::Channel>>& servers,
               v1::Durability durability)
    : durability_(durability) {
  for (const auto& server : servers) servers_.push_back(v1::CommentService::NewStub(server));
}

bool Caller::Create(CommentHistory& comment, int server, v1::Durability durability) const {
  v1::CreateCommentRequest request;
  request.set_durability(durability);
  auto& created = *request.mutable_comment();
  created.set_comment_id(comment.comment_id());
  created.set_post_id("post of " + comment.comment_id());
  created.set_author_id("author");
  created.set_body(BodyOfCall(0));
  (*created.mutable_attributes())["call"] = AttributeOfCall(0);
  const auto deadline = durability == v1::DURABILITY_PERSISTED ? kPersistedDeadline : kDeadline;
  return Make(comment, {.kind = Kind::kCreate, .server = server, .durability = durability},
              deadline, [&](grpc::ClientContext& context, Call&) {
                v1::CreateCommentResponse response;
                return StubOf(server).CreateComment(&context, request, &response);
              });
}

bool Caller::Update(CommentHistory& comment, int server, bool body, bool attributes) const {
  v1::UpdateCommentRequest request;
  request.set_durability(durability_);
  auto& updated = *request.mutable_comment();
  updated.set_comment_id(comment.comment_id());
  if (body) updated.set_body(BodyOfCall(comment.size()));
  if (attributes) (*updated.mutable_attributes())["call"] = AttributeOfCall(comment.size());
  return Make(comment,
              {.kind = Kind::kUpdate,
               .body = body,
               .attributes = attributes,
               .server = server,
               .durability = durability_},
              kDeadline, [&](grpc::ClientContext& context, Call& call) {
                v1::UpdateCommentResponse response;
                const auto status = StubOf(server).UpdateComment(&context, request, &response);
                call.revision = response.revision();
                return status;
              });
}

bool Caller::Delete(CommentHistory& comment, int server) const {
  v1::DeleteCommentRequest request;
  request.set_durability(durability_);
  request.set_comment_id(comment.comment_id());
  return Make(comment, {.kind = Kind::kDelete, .server = server, .durability = durability_},
              kDeadline, [&](grpc::ClientContext& context, Call&) {
                v1::DeleteCommentResponse response;
                return StubOf(server).DeleteComment(&context, request, &response);
              });
}

}  // namespace inkwell::testing
