// One transaction of PostgresStore.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/flusher/store/pg_connection.h"
#include "services/flusher/store/store.h"

namespace inkwell::flusher {

// Ends when it is committed or destroyed. Leaves the connection either idle, or, after
// an error that is the database's, closed: what ails a connection (a failover made
// its server read-only, say) a new one may not have.
class PostgresTransaction final : public StoreTransaction {
 public:
  // What the database told when it began.
  struct Beginning {
    bool any_not_found;        // it has dead letters COMMENT_NOT_FOUND
    bool synchronous_standby;  // a COMMIT waits for one
  };

  // A transaction is open on `connection`. Both references outlive this object; `copy_buffer`
  // is scratch space.
  PostgresTransaction(PgConnection& connection, std::string& copy_buffer,
                      const Beginning& beginning)
      : connection_(connection),
        copy_buffer_(copy_buffer),
        any_not_found_(beginning.any_not_found),
        synchronous_standby_(beginning.synchronous_standby) {}
  ~PostgresTransaction() override;
  PostgresTransaction(const PostgresTransaction&) = delete;
  PostgresTransaction& operator=(const PostgresTransaction&) = delete;

  [[nodiscard]] absl::StatusOr<OutcomeCounts> Write(const WriteSet& set) override;
  [[nodiscard]] absl::StatusOr<std::vector<std::string>> TakeBackDeadLetters(
      const WriteSet& set) override;
  [[nodiscard]] absl::StatusOr<std::optional<StoredDeadLetter>> LockDeadLetter(
      std::int64_t dead_letter_id) override;
  [[nodiscard]] absl::Status RemoveDeadLetter(std::int64_t dead_letter_id) override;
  [[nodiscard]] absl::Status Commit() override;

 private:
  absl::Status SetSavepoint();
  absl::Status GoBackToSavepoint();
  absl::StatusOr<OutcomeCounts> WriteRows(const WriteSet& set);
  absl::StatusOr<OutcomeCounts> WriteEditsOf(const WriteSet& set,
                                             const std::vector<std::size_t>& there_already);
  absl::Status WriteNotFound(int partition, const std::vector<const CommentEdit*>& missing);
  // Closes the connection if `status` says that the database is in trouble.
  absl::Status Judge(const absl::Status& status);

  PgConnection& connection_;
  std::string& copy_buffer_;
  bool any_not_found_;
  const bool synchronous_standby_;
  bool has_savepoint_ = false;
  bool committed_ = false;
};

}  // namespace inkwell::flusher
