// The whole of Inkwell, for tests: a real Redis, a real Postgres, and any number of our
// services between them.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "inkwell/v1/comment_service.grpc.pb.h"
#include "inkwell/v1/flusher_service.grpc.pb.h"
#include "services/flusher/store/pg_connection.h"
#include "tests/support/postgres_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/service_process.h"

namespace inkwell::testing {

// A flusher that flushes when it is told to, and only then.
[[nodiscard]] Flags OnRequestOnly();

// What a service is awaited for when it is added.
enum class Until { kListening, kServing };

// Thread-compatible. To be used on the test's main thread, since processes end with the
// thread that started them. What does not start throws, with its log.
class Stack {
 public:
  struct Options {
    // Every accepted change survives the end of the process, as in production.
    RedisServer::Options redis{.config = {"appendonly yes"}};
    PostgresServer::Options postgres{};
    // What services are led to in place of a Redis of the stack's own, if not empty.
    std::string redis_url{};
    // The same in place of a Postgres of the stack's own, which also the stack looks at.
    std::string postgres_url{};
  };

  Stack() : Stack(Options{}) {}
  explicit Stack(Options options) : options_(std::move(options)) {}

  // Each is started at its first use, so a test pays for what it looks at.
  [[nodiscard]] RedisServer& redis();
  [[nodiscard]] PostgresServer& postgres();

  // Starts another service on this Redis (and Postgres). `flags` beat those that it has
  // anyway. The references stay valid.
  ServiceProcess& AddIngest(Flags flags = {}, Until until = Until::kServing);
  ServiceProcess& AddFlusher(Flags flags = {}, Until until = Until::kServing);

  // The first column of the first row. Connects, also again, if need be.
  std::string QueryOne(const std::string& sql);
  // The first column of all rows.
  std::vector<std::string> QueryAll(const std::string& sql);
  [[nodiscard]] std::int64_t CountComments();
  // Those of the ids that have no row.
  [[nodiscard]] std::vector<std::string> Missing(const std::set<std::string>& comment_ids);

 private:
  [[nodiscard]] std::string RedisUrl();
  [[nodiscard]] std::string PostgresUrl();
  ServiceProcess& Add(std::string program, Flags flags, Until until);
  flusher::PgResult Query(const std::string& sql);

  const Options options_;
  std::unique_ptr<RedisServer> redis_;
  std::unique_ptr<PostgresServer> postgres_;
  std::vector<std::unique_ptr<ServiceProcess>> services_;
  std::optional<flusher::PgConnection> eyes_;
};

// Calls with a deadline that only a hanging server reaches. `durability` and whatever
// else a test wants is set in the request.
grpc::Status Create(const ServiceProcess& ingest, const v1::CreateCommentRequest& request,
                    v1::CreateCommentResponse* response = nullptr);
grpc::Status BatchCreate(const ServiceProcess& ingest,
                         const v1::BatchCreateCommentsRequest& request,
                         v1::BatchCreateCommentsResponse* response = nullptr);

// These throw if the call fails.
v1::FlushResponse Flush(const ServiceProcess& flusher);
// Asks again while the flusher has just lost its Redis.
[[nodiscard]] v1::GetStatusResponse GetStatus(const ServiceProcess& flusher);

// The UUID text number `number` of `series`.
[[nodiscard]] std::string CommentId(int number, int series = 0);
// A request that is in order, for the comment of this id.
[[nodiscard]] v1::CreateCommentRequest CreateOf(const std::string& comment_id);
// Creates CommentId(0) to CommentId(count - 1); throws if one is refused.
void CreateMany(const ServiceProcess& ingest, int count);

}  // namespace inkwell::testing
