#include "tests/support/stack.h"

#include <fmt/format.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "tests/support/await.h"

namespace inkwell::testing {
namespace {

// What a refused call throws.
void ThrowIfFailed(const grpc::Status& status) {
  if (status.ok()) return;
  throw std::runtime_error(
      fmt::format("the call failed: {} {}", int{status.error_code()}, status.error_message()));
}

}  // namespace

Flags OnRequestOnly() { return {"--schedule=@every 24h", "--flush_at_start=false"}; }

RedisServer& Stack::redis() {
  if (redis_ == nullptr) redis_ = RedisServer::Start(options_.redis).value();
  return *redis_;
}

PostgresServer& Stack::postgres() {
  if (postgres_ == nullptr) postgres_ = PostgresServer::Start(options_.postgres).value();
  return *postgres_;
}

std::string Stack::RedisUrl() {
  return options_.redis_url.empty() ? redis().Url() : options_.redis_url;
}

std::string Stack::PostgresUrl() {
  return options_.postgres_url.empty() ? postgres().Url() : options_.postgres_url;
}

ServiceProcess& Stack::AddIngest(Flags flags, Until until) {
  flags.insert(flags.begin(), "--redis=" + RedisUrl());
  return Add(IngestProgram(), std::move(flags), until);
}

ServiceProcess& Stack::AddFlusher(Flags flags, Until until) {
  flags.insert(flags.begin(), {"--redis=" + RedisUrl(), "--postgres=" + PostgresUrl()});
  return Add(FlusherProgram(), std::move(flags), until);
}

ServiceProcess& Stack::Add(std::string program, Flags flags, Until until) {
  auto& service = *services_.emplace_back(
      std::make_unique<ServiceProcess>(std::move(program), std::move(flags)));
  service.Start();
  if (until == Until::kServing && !service.AwaitServing()) {
    throw std::runtime_error("the service does not serve; it logged:\n" + service.Log());
  }
  return service;
}

flusher::PgResult Stack::Query(const std::string& sql) {
  if (eyes_ && eyes_->IsOpen()) {
    auto result = eyes_->Exec(sql);
    // Postgres was restarted since: once more, on a new connection.
    if (result.ok() || eyes_->IsOpen()) return std::move(result).value();
  }
  eyes_.reset();
  eyes_ = flusher::PgConnection::Connect({.conninfo = PostgresUrl()}).value();
  return eyes_->Exec(sql).value();
}

std::string Stack::QueryOne(const std::string& sql) { return std::string(Query(sql).Value(0, 0)); }

std::vector<std::string> Stack::QueryAll(const std::string& sql) {
  const auto result = Query(sql);
  std::vector<std::string> values;
  for (int row = 0; row < result.RowCount(); ++row) values.emplace_back(result.Value(row, 0));
  return values;
}

std::int64_t Stack::CountComments() {
  return std::atoll(QueryOne("SELECT count(*) FROM comments").c_str());
}

std::vector<std::string> Stack::Missing(const std::set<std::string>& comment_ids) {
  const auto rows = QueryAll("SELECT comment_id FROM comments ORDER BY 1");
  std::vector<std::string> missing;
  std::set_difference(comment_ids.begin(), comment_ids.end(), rows.begin(), rows.end(),
                      std::back_inserter(missing));
  return missing;
}

grpc::Status Create(const ServiceProcess& ingest, const v1::CreateCommentRequest& request,
                    v1::CreateCommentResponse* response) {
  grpc::ClientContext context;
  context.set_deadline(PatientDeadline());
  v1::CreateCommentResponse ignored;
  return v1::CommentService::NewStub(ingest.channel())
      ->CreateComment(&context, request, response == nullptr ? &ignored : response);
}

grpc::Status BatchCreate(const ServiceProcess& ingest,
                         const v1::BatchCreateCommentsRequest& request,
                         v1::BatchCreateCommentsResponse* response) {
  grpc::ClientContext context;
  context.set_deadline(PatientDeadline());
  v1::BatchCreateCommentsResponse ignored;
  return v1::CommentService::NewStub(ingest.channel())
      ->BatchCreateComments(&context, request, response == nullptr ? &ignored : response);
}

v1::FlushResponse Flush(const ServiceProcess& flusher) {
  grpc::ClientContext context;
  context.set_deadline(PatientDeadline());
  v1::FlushResponse response;
  ThrowIfFailed(v1::FlusherService::NewStub(flusher.channel())->Flush(&context, {}, &response));
  return response;
}

v1::GetStatusResponse GetStatus(const ServiceProcess& flusher) {
  const auto stub = v1::FlusherService::NewStub(flusher.channel());
  v1::GetStatusResponse response;
  grpc::Status status;
  static_cast<void>(Await([&] {
    grpc::ClientContext context;
    context.set_deadline(PatientDeadline());
    status = stub->GetStatus(&context, {}, &response);
    return status.error_code() != grpc::StatusCode::UNAVAILABLE;
  }));
  ThrowIfFailed(status);
  return response;
}

std::string CommentId(int number, int series) {
  return fmt::format("{:08x}-0000-4000-8000-{:012x}", series, number);
}

v1::CreateCommentRequest CreateOf(const std::string& comment_id) {
  v1::CreateCommentRequest request;
  auto& comment = *request.mutable_comment();
  comment.set_comment_id(comment_id);
  comment.set_post_id("post");
  comment.set_author_id("author");
  comment.set_body("body of " + comment_id);
  return request;
}

void CreateMany(const ServiceProcess& ingest, int count) {
  constexpr int kMaxBatch = 1000;
  for (int first = 0; first < count; first += kMaxBatch) {
    v1::BatchCreateCommentsRequest batch;
    for (int i = first; i < std::min(count, first + kMaxBatch); ++i) {
      *batch.add_requests() = CreateOf(CommentId(i));
    }
    v1::BatchCreateCommentsResponse response;
    ThrowIfFailed(BatchCreate(ingest, batch, &response));
    for (const auto& result : response.results()) {
      if (result.code() != 0) throw std::runtime_error("a create failed: " + result.message());
    }
  }
}

}  // namespace inkwell::testing
