// One transaction of PostgresStore.
#pragma once

#include <string>

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
  // A transaction is open on `connection`. Both outlive this object; `copy_buffer` is
  // scratch space.
  PostgresTransaction(PgConnection& connection, std::string& copy_buffer)
      : connection_(connection), copy_buffer_(copy_buffer) {}
  ~PostgresTransaction() override;
  PostgresTransaction(const PostgresTransaction&) = delete;
  PostgresTransaction& operator=(const PostgresTransaction&) = delete;

  [[nodiscard]] absl::StatusOr<WriteCounts> Write(const WriteSet& set) override;
  [[nodiscard]] absl::Status Commit() override;

 private:
  // Closes the connection if `status` says that the database is in trouble.
  absl::Status Judge(const absl::Status& status);

  PgConnection& connection_;
  std::string& copy_buffer_;
  bool committed_ = false;
};

}  // namespace inkwell::flusher
