// A connection to Postgres. This file pair is the only one that knows libpq.
//
// Fit for PgBouncer in transaction mode: nothing here leaves state in a session.
// Every wait has an end: a peer that vanished is noticed by TCP keepalives, one
// that hangs by `reply_timeout`.
//
// Errors are those of PostgresError (sqlstate.h): kUnavailable or kInvalidArgument,
// with the SQLSTATE. Their messages hold no password and, of a server's error, only
// the primary line, since its details may quote a row.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct pg_conn;    // libpq's PGconn
struct pg_result;  // and PGresult

namespace inkwell::flusher {

// The rows or the tag that a statement returned. Move-only, thread-compatible.
class PgResult {
 public:
  explicit PgResult(pg_result* owned) : result_(owned) {}

  [[nodiscard]] int RowCount() const;
  // As text; empty for NULL. Valid as long as this result is.
  [[nodiscard]] std::string_view Value(int row, int column) const;
  // Of a column of integers.
  [[nodiscard]] std::int64_t Integer(int row, int column) const;
  // Of a column of bytea.
  [[nodiscard]] std::string Bytes(int row, int column) const;
  // How many rows an INSERT, UPDATE, DELETE or COPY wrote.
  [[nodiscard]] std::int64_t AffectedRows() const;
  // Such as "COMMIT" or "INSERT 0 1".
  [[nodiscard]] std::string_view CommandTag() const;

 private:
  friend class PgConnection;
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

// A statement's parameter $n. Views what it was made from.
struct PgParam {
  unsigned type = 0;  // an Oid; 0 lets the server infer it
  const char* data = nullptr;
  int size = 0;
  bool is_binary = false;

  static PgParam Text(const std::string& value) {
    return {0, value.c_str(), static_cast<int>(value.size()), false};
  }
  static PgParam Binary(unsigned type, const std::string& value) {
    return {type, value.data(), static_cast<int>(value.size()), true};
  }
};

// Move-only, thread-compatible.
class PgConnection {
 public:
  struct Options {
    std::string conninfo;  // a URI or "key=value …"; what it sets beats our defaults
    // The longest silence of the server during one call. Longer than any
    // statement_timeout in use, so that the server gives up first and says why.
    std::chrono::milliseconds reply_timeout = std::chrono::seconds(90);
  };

  // kInvalidArgument, without quoting it, if it is no connection string.
  [[nodiscard]] static absl::Status CheckConninfo(const std::string& conninfo);

  // Blocks for at most connect_timeout (5 s unless conninfo has it) per address.
  [[nodiscard]] static absl::StatusOr<PgConnection> Connect(const Options& options);

  // False once the connection was lost, or given up with Close; it stays so.
  [[nodiscard]] bool IsOpen() const;
  void Close();
  // Returns the one before.
  std::chrono::milliseconds set_reply_timeout(std::chrono::milliseconds timeout) {
    return std::exchange(reply_timeout_, timeout);
  }

  // Runs one or more statements in one round trip; the last one's result, or the
  // first error, after which none of the rest ran.
  [[nodiscard]] absl::StatusOr<PgResult> Exec(const std::string& sql);
  // Runs one statement with parameters.
  [[nodiscard]] absl::StatusOr<PgResult> Exec(const std::string& sql,
                                              const std::vector<PgParam>& params);

  // COPY … FROM STDIN: begin (other statements may come before it in the same
  // string), put bytes cut anywhere, end. Put returns once the kernel has the bytes,
  // so that memory stays flat. After an error in Begin or End the copy is over; after
  // one in Put the connection is closed. What the server says to the rows, End tells.
  [[nodiscard]] absl::Status CopyBegin(const std::string& sql);
  [[nodiscard]] absl::Status CopyPut(std::string_view bytes);
  [[nodiscard]] absl::StatusOr<std::int64_t> CopyEnd();  // rows copied

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };

  PgConnection(pg_conn* owned, std::chrono::milliseconds reply_timeout)
      : connection_(owned), reply_timeout_(reply_timeout) {}

  // Hands to the kernel all that libpq has buffered.
  absl::Status Flush();
  // Waits for the socket to be readable, or writable too; reads what is there.
  absl::Status AwaitSocket(bool also_writable);
  // The next result of the running command; null after the last.
  absl::StatusOr<PgResult> NextResult();
  // The last of the remaining results, or the first error among them.
  absl::StatusOr<PgResult> LastResult();
  // The error that libpq tells of the connection, which is then closed.
  absl::Status Lost();

  std::unique_ptr<pg_conn, Finish> connection_;
  std::chrono::milliseconds reply_timeout_;
};

}  // namespace inkwell::flusher
