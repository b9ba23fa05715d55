#include "tests/contract/store_world.h"

#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "services/flusher/store/migrate.h"
#include "tests/contract/postgres_fixture.h"

namespace inkwell::testing {
namespace {

std::string Canonical(std::string_view json) { return nlohmann::json::parse(json).dump(); }

std::optional<Uuid> ToUuid(std::string_view text) {
  return text.empty() ? std::nullopt : Uuid::FromText(text);
}

WallTime FromMicroseconds(std::string_view digits) {
  std::int64_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return WallTime(std::chrono::microseconds(count));
}

// Postgres shows bytea as \x and hexadecimal digits.
std::string FromHex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 2; i < hex.size(); i += 2) {
    int byte = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

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

 private:
  FakeDatabase database_;
};

class PostgresWorld final : public StoreWorld {
 public:
  explicit PostgresWorld(std::string url) : url_(std::move(url)), eyes_(ConnectTo(url_)) {
    flusher::Migrate(eyes_).value();
  }

  std::unique_ptr<flusher::Store> NewStore() override {
    return flusher::PostgresStore::Create(StoreOptions(url_)).value();
  }

  FakeDatabase::Rows Rows() override {
    const auto result =
        eyes_
            .Exec(
                "SELECT comment_id, post_id, author_id, reply_to_id, body, attributes,"
                " (extract(epoch FROM create_time) * 1000000)::bigint FROM comments"
                // What is not read back here has its value for a create.
                " WHERE update_time = create_time AND delete_time IS NULL AND revision = 0")
            .value();
    FakeDatabase::Rows rows;
    for (int i = 0; i < result.RowCount(); ++i) {
      rows[ToUuid(result.Value(i, 0)).value()] = {
          std::string(result.Value(i, 1)), std::string(result.Value(i, 2)),
          ToUuid(result.Value(i, 3)),      std::string(result.Value(i, 4)),
          Canonical(result.Value(i, 5)),   FromMicroseconds(result.Value(i, 6))};
    }
    return rows;
  }

  std::vector<FakeDatabase::DeadRow> DeadLetters() override {
    const auto result =
        eyes_
            .Exec(
                "SELECT partition, change, reason, sqlstate, detail, comment_id FROM dead_letters"
                " ORDER BY dead_letter_id")
            .value();
    std::vector<FakeDatabase::DeadRow> rows;
    for (int i = 0; i < result.RowCount(); ++i) {
      rows.push_back({std::stoi(std::string(result.Value(i, 0))), FromHex(result.Value(i, 1)),
                      std::string(result.Value(i, 2)), std::string(result.Value(i, 3)),
                      std::string(result.Value(i, 4)), ToUuid(result.Value(i, 5))});
    }
    return rows;
  }

 private:
  const std::string url_;
  flusher::PgConnection eyes_;
};

}  // namespace

std::unique_ptr<StoreWorld> NewFakeWorld() { return std::make_unique<FakeWorld>(); }

std::unique_ptr<StoreWorld> NewPostgresWorld() {
  return std::make_unique<PostgresWorld>(NewDatabase("store_contract"));
}

}  // namespace inkwell::testing
