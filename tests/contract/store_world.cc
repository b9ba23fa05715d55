#include "tests/contract/store_world.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "services/flusher/store/migrate.h"
#include "tests/contract/postgres_fixture.h"
#include "tests/support/pgbouncer.h"

namespace inkwell::testing {
namespace {

std::string Canonical(std::string_view json) { return nlohmann::json::parse(json).dump(); }

std::optional<Uuid> ToUuid(std::string_view text) {
  return text.empty() ? std::nullopt : Uuid::FromText(text);
}

WallTime FromMicroseconds(std::int64_t count) { return WallTime(std::chrono::microseconds(count)); }

class FakeWorld final : public StoreWorld {
 public:
  std::unique_ptr<flusher::Store> NewStore() override {
    return std::make_unique<FakeStore>(database_);
  }
  FakeDatabase::Rows Rows() override {
    auto rows = database_.rows();
    for (auto& [id, row] : rows) row.attributes_json = Canonical(row.attributes_json);
    return rows;
  }
  std::vector<FakeDatabase::DeadRow> DeadLetters() override { return database_.dead_letters(); }
  std::string RefusedBody() override {
    database_.PoisonBody("poison");
    return "poison";
  }

 private:
  FakeDatabase database_;
};

class PostgresWorld : public StoreWorld {
 public:
  explicit PostgresWorld(std::string url, int table_partitions = 0)
      : url_(std::move(url)), eyes_(ConnectTo(url_)) {
    flusher::Migrate(eyes_, flusher::BuiltInMigrations(table_partitions)).value();
  }

  std::unique_ptr<flusher::Store> NewStore() override {
    return flusher::PostgresStore::Create(StoreOptions(url_)).value();
  }

  FakeDatabase::Rows Rows() override {
    const auto result =
        eyes_
            .Exec(
                "SELECT comment_id, post_id, author_id, reply_to_id, body, attributes,"
                " revision, body_revision, attributes_revision,"
                " (extract(epoch FROM create_time) * 1000000)::bigint,"
                " (extract(epoch FROM update_time) * 1000000)::bigint,"
                " (extract(epoch FROM delete_time) * 1000000)::bigint FROM comments")
            .value();
    FakeDatabase::Rows rows;
    for (int i = 0; i < result.RowCount(); ++i) {
      auto& row = rows[ToUuid(result.Value(i, 0)).value()];
      row.post_id = result.Value(i, 1);
      row.author_id = result.Value(i, 2);
      row.reply_to_id = ToUuid(result.Value(i, 3));
      row.body = result.Value(i, 4);
      row.attributes_json = Canonical(result.Value(i, 5));
      row.revision = result.Integer(i, 6);
      row.body_revision = result.Integer(i, 7);
      row.attributes_revision = result.Integer(i, 8);
      row.create_time = FromMicroseconds(result.Integer(i, 9));
      row.update_time = FromMicroseconds(result.Integer(i, 10));
      if (!result.Value(i, 11).empty()) row.delete_time = FromMicroseconds(result.Integer(i, 11));
    }
    return rows;
  }

  std::vector<FakeDatabase::DeadRow> DeadLetters() override {
    const auto result =
        eyes_
            .Exec(
                "SELECT dead_letter_id, partition, change, comment_id, reason, sqlstate, detail"
                " FROM dead_letters ORDER BY dead_letter_id")
            .value();
    std::vector<FakeDatabase::DeadRow> rows;
    for (int i = 0; i < result.RowCount(); ++i) {
      auto& row = rows.emplace_back();
      row.dead_letter_id = result.Integer(i, 0);
      row.partition = static_cast<int>(result.Integer(i, 1));
      row.entry = result.Bytes(i, 2);
      row.comment_id = ToUuid(result.Value(i, 3));
      row.reason = result.Value(i, 4);
      row.sqlstate = result.Value(i, 5);
      row.detail = result.Value(i, 6);
    }
    return rows;
  }

  std::string RefusedBody() override { return {'a', '\0', 'b'}; }

 private:
  const std::string url_;
  flusher::PgConnection eyes_;
};

class PooledWorld final : public PostgresWorld {
 public:
  PooledWorld() : PostgresWorld(NewDatabase("store_contract")) {}

  std::unique_ptr<flusher::Store> NewStore() override {
    return flusher::PostgresStore::Create(StoreOptions(pooler_->Url("store_contract"))).value();
  }

 private:
  const std::unique_ptr<PgBouncer> pooler_ = PgBouncer::Start(SharedPostgres()).value();
};

}  // namespace

std::unique_ptr<StoreWorld> NewFakeWorld() { return std::make_unique<FakeWorld>(); }

std::unique_ptr<StoreWorld> NewPostgresWorld() {
  return std::make_unique<PostgresWorld>(NewDatabase("store_contract"));
}

std::unique_ptr<StoreWorld> NewPartitionedWorld() {
  return std::make_unique<PostgresWorld>(NewDatabase("store_contract"), /*table_partitions=*/5);
}

std::unique_ptr<StoreWorld> NewPooledWorld() { return std::make_unique<PooledWorld>(); }

}  // namespace inkwell::testing
