// bench-sync-server: what a user would write without Inkwell. The same API, each create an
// INSERT that has to commit before the answer, with a pool of connections and a prepared
// statement.
#include <fmt/core.h>

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "common/base/clock.h"
#include "common/base/proto_time.h"
#include "common/base/signals.h"
#include "common/server/flags.h"
#include "inkwell/v1/comment_service.grpc.pb.h"
#include "services/ingest/comment_ids.h"
#include "tests/bench/raw_postgres.h"
#include "tests/bench/serve.h"

ABSL_FLAG(std::string, postgres, "", "The database, as libpq takes it");
ABSL_FLAG(std::int32_t, connections, 16, "Size of the pool");

namespace inkwell::bench {
namespace {

constexpr char kInsert[] = "insert_comment";

// Thread-safe.
class Pool {
 public:
  Pool(const std::string& conninfo, int size) {
    for (int i = 0; i < size; ++i) {
      auto& connection = idle_.emplace_back(std::make_unique<RawPostgres>(conninfo));
      connection->Prepare(
          kInsert,
          "INSERT INTO comments (comment_id, post_id, author_id, reply_to_id, body, attributes, "
          "create_time, update_time, revision) VALUES ($1, $2, $3, $4, $5, $6, "
          "to_timestamp($7::float8 / 1e6), to_timestamp($7::float8 / 1e6), 0) "
          "ON CONFLICT DO NOTHING");
    }
  }

  std::unique_ptr<RawPostgres> Take() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return !idle_.empty(); });
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  void Return(std::unique_ptr<RawPostgres> connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
    returned_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<RawPostgres>> idle_;
};

std::string ToJson(const google::protobuf::Map<std::string, std::string>& attributes) {
  if (attributes.empty()) return "{}";
  return nlohmann::json(std::map<std::string, std::string>(attributes.begin(), attributes.end()))
      .dump();
}

class SyncService final : public v1::CommentService::Service {
 public:
  explicit SyncService(Pool& pool) : pool_(pool) {}

  grpc::Status CreateComment(grpc::ServerContext* /*call*/, const v1::CreateCommentRequest* request,
                             v1::CreateCommentResponse* response) override {
    const WallTime now = clock_.Now();
    v1::Comment& comment = *response->mutable_comment();
    comment = request->comment();
    if (comment.comment_id().empty()) {
      comment.set_comment_id(ingest::NewCommentId(now, 0, 1).ToText());
    }
    *comment.mutable_create_time() = ToTimestamp(now);
    *comment.mutable_update_time() = comment.create_time();
    response->set_durability(v1::DURABILITY_PERSISTED);
    Insert(comment, fmt::format("{}", now.time_since_epoch().count()));
    return grpc::Status::OK;
  }

 private:
  void Insert(const v1::Comment& comment, const std::string& time_us) {
    const std::string attributes = ToJson(comment.attributes());
    const char* const reply_to =
        comment.reply_to_id().empty() ? nullptr : comment.reply_to_id().c_str();
    auto connection = pool_.Take();
    connection->ExecPrepared(
        kInsert,
        {comment.comment_id().c_str(), comment.post_id().c_str(), comment.author_id().c_str(),
         reply_to, comment.body().c_str(), attributes.c_str(), time_us.c_str()});
    pool_.Return(std::move(connection));
  }

  Pool& pool_;
  const SystemClock clock_;
};

}  // namespace
}  // namespace inkwell::bench

int main(int argc, char** argv) {
  inkwell::BlockTerminationSignals();
  static_cast<void>(inkwell::ParseFlags(argc, argv, "Inserts every comment before it answers."));
  inkwell::bench::Pool pool(absl::GetFlag(FLAGS_postgres), absl::GetFlag(FLAGS_connections));
  inkwell::bench::SyncService service(pool);
  return inkwell::bench::ServeComments(service);
}
