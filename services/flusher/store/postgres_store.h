// The store that is Postgres (schema: services/flusher/migrations).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/flusher/store/pg_connection.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

// How long a transaction may hold things up; set for each by SET LOCAL.
struct TransactionLimits {
  std::chrono::milliseconds statement = std::chrono::seconds(60);
  // Waiting for another transaction's row or table lock.
  std::chrono::milliseconds lock = std::chrono::seconds(10);
  // Between two statements. Ends the transaction of a flusher that hangs, and with
  // it its hold on the partition.
  std::chrono::milliseconds idle = std::chrono::seconds(60);
};

class PostgresStore final : public Store {
 public:
  struct Options {
    PgConnection::Options connection;
    // Two flushers that share a database share partition locks only if their
    // namespaces are the same.
    std::string key_namespace = "comments";
    TransactionLimits limits;
  };

  // Connects to nothing yet. kInvalidArgument if the conninfo is none.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<PostgresStore>> Create(Options options);

  [[nodiscard]] absl::StatusOr<std::unique_ptr<StoreTransaction>> Begin(int partition) override;
  [[nodiscard]] absl::StatusOr<std::unique_ptr<StoreTransaction>> BeginUnlocked() override;
  [[nodiscard]] absl::StatusOr<std::vector<StoredDeadLetter>> ListDeadLetters(std::int64_t after_id,
                                                                              int limit) override;
  [[nodiscard]] absl::StatusOr<std::int64_t> DiscardDeadLetters(
      const std::vector<std::int64_t>& dead_letter_ids) override;

 private:
  explicit PostgresStore(Options options);

  absl::Status Connect();
  // Begins a transaction, over a new connection if need be. `locks` is an SQL expression:
  // whether the locks were got. If not: nullptr, and no transaction is open.
  absl::StatusOr<std::unique_ptr<StoreTransaction>> BeginIf(std::string_view locks);

  const Options options_;
  const std::string begin_sql_;
  std::optional<PgConnection> connection_;
  std::string copy_buffer_;
};

}  // namespace inkwell::flusher
