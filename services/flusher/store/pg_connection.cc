#include "services/flusher/store/pg_connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <cerrno>
#include <charconv>
#include <utility>

#include "common/base/errors.h"
#include "services/flusher/store/pooler_hint.h"
#include "services/flusher/store/sqlstate.h"

namespace inkwell::flusher {
namespace {

// libpq's messages end in a newline and may have several, indented lines.
std::string OneLine(std::string_view message) {
  std::string line;
  for (const char c : message) {
    const char plain = c == '\n' || c == '\t' ? ' ' : c;
    if (plain == ' ' && (line.empty() || line.back() == ' ')) continue;
    line.push_back(plain);
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

absl::Status ErrorOf(const PGresult* result) {
  const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  // An error that libpq itself found has no fields.
  if (primary == nullptr) primary = PQresultErrorMessage(result);
  return PostgresError(sqlstate == nullptr ? "" : sqlstate, WithPoolerHint(OneLine(primary)));
}

// 0 for what is none.
std::int64_t ParseInteger(std::string_view digits) {
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

bool IsError(const PGresult* result) {
  switch (PQresultStatus(result)) {
    case PGRES_EMPTY_QUERY:
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_COPY_IN:
      return false;
    default:
      return true;
  }
}

}  // namespace

void PgResult::Clear::operator()(pg_result* result) const { PQclear(result); }

int PgResult::RowCount() const { return PQntuples(result_.get()); }

std::string_view PgResult::Value(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t PgResult::Integer(int row, int column) const {
  return ParseInteger(Value(row, column));
}

std::string PgResult::Bytes(int row, int column) const {
  const auto* text = reinterpret_cast<const unsigned char*>(PQgetvalue(result_.get(), row, column));
  std::size_t size = 0;
  unsigned char* bytes = PQunescapeBytea(text, &size);
  std::string copy(reinterpret_cast<const char*>(bytes), size);
  PQfreemem(bytes);
  return copy;
}

std::int64_t PgResult::AffectedRows() const { return ParseInteger(PQcmdTuples(result_.get())); }

std::string_view PgResult::CommandTag() const { return PQcmdStatus(result_.get()); }

void PgConnection::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

absl::Status PgConnection::CheckConninfo(const std::string& conninfo) {
  char* error = nullptr;
  PQconninfoOption* parsed = PQconninfoParse(conninfo.c_str(), &error);
  if (parsed != nullptr) {
    PQconninfoFree(parsed);
    return absl::OkStatus();
  }
  // The reason quotes what it trips over, which may be the password.
  std::string reason = error == nullptr ? "out of memory" : OneLine(error);
  PQfreemem(error);
  const auto first_quote = reason.find('"');
  if (first_quote != std::string::npos) {
    reason.replace(first_quote, reason.rfind('"') + 1 - first_quote, "\"…\"");
  }
  return Error(absl::StatusCode::kInvalidArgument, "POSTGRES_ADDRESS",
               "not a Postgres address (" + reason +
                   "); it looks like postgresql://user:password@host:5432/database, with "
                   "special characters in the password percent-encoded");
}

absl::StatusOr<PgConnection> PgConnection::Connect(const Options& options) {
  // What comes later in the list wins: conninfo over our defaults, but our encoding
  // over conninfo's. An `options` entry would not pass PgBouncer.
  const std::pair<const char*, const char*> settings[] = {
      {"fallback_application_name", "inkwell-flusher"},
      {"connect_timeout", "5"},
      {"keepalives_idle", "10"},
      {"keepalives_interval", "5"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", "20000"},
      {"dbname", options.conninfo.c_str()},
      {"client_encoding", "UTF8"},
  };
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : settings) {
    names.push_back(name);
    values.push_back(value);
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  PgConnection connection(PQconnectdbParams(names.data(), values.data(), /*expand_dbname=*/1),
                          options.reply_timeout);
  PGconn* raw = connection.connection_.get();
  if (PQstatus(raw) != CONNECTION_OK) {
    return PostgresError("", WithPoolerHint(OneLine(PQerrorMessage(raw))));
  }
  // Else libpq prints notices, such as "relation already exists, skipping", to stderr.
  PQsetNoticeProcessor(
      raw, [](void*, const char*) {}, nullptr);
  if (PQsetnonblocking(raw, 1) != 0) return connection.Lost();
  return connection;
}

bool PgConnection::IsOpen() const {
  return connection_ != nullptr && PQstatus(connection_.get()) == CONNECTION_OK;
}

void PgConnection::Close() { connection_.reset(); }

absl::StatusOr<PgResult> PgConnection::Exec(const std::string& sql) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) return Lost();
  return LastResult();
}

absl::StatusOr<PgResult> PgConnection::Exec(const std::string& sql,
                                            const std::vector<PgParam>& params) {
  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> sizes;
  std::vector<int> formats;
  for (const auto& param : params) {
    types.push_back(param.type);
    values.push_back(param.data);
    sizes.push_back(param.size);
    formats.push_back(param.is_binary ? 1 : 0);
  }
  constexpr int kTextResult = 0;
  if (PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(params.size()),
                        types.data(), values.data(), sizes.data(), formats.data(),
                        kTextResult) == 0) {
    return Lost();
  }
  return LastResult();
}

absl::Status PgConnection::CopyBegin(const std::string& sql) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) return Lost();
  return LastResult().status();
}

absl::Status PgConnection::CopyPut(std::string_view bytes) {
  // 0 means that libpq could not make room for all of it yet.
  for (int queued = 0; queued == 0;) {
    queued = PQputCopyData(connection_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (queued < 0) return Lost();
    if (auto status = Flush(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::int64_t> PgConnection::CopyEnd() {
  for (int queued = 0; queued == 0;) {
    queued = PQputCopyEnd(connection_.get(), nullptr);
    if (queued < 0) return Lost();
    if (queued == 0) {
      if (auto status = Flush(); !status.ok()) return status;
    }
  }
  auto result = LastResult();
  if (!result.ok()) return result.status();
  return result->AffectedRows();
}

absl::Status PgConnection::Flush() {
  // While the server's own output has nowhere to go it reads nothing, so reading
  // is part of sending.
  int left = 0;
  while ((left = PQflush(connection_.get())) == 1) {
    if (auto status = AwaitSocket(/*also_writable=*/true); !status.ok()) return status;
  }
  return left == 0 ? absl::OkStatus() : Lost();
}

absl::Status PgConnection::AwaitSocket(bool also_writable) {
  pollfd socket{PQsocket(connection_.get()),
                static_cast<short>(also_writable ? POLLIN | POLLOUT : POLLIN), 0};
  int ready = 0;
  do {
    ready = poll(&socket, 1, static_cast<int>(reply_timeout_.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) {
    Close();
    return PostgresError("", "Postgres gave no answer in time; the connection is given up");
  }
  const bool readable = (socket.revents & ~POLLOUT) != 0;
  if (readable && PQconsumeInput(connection_.get()) == 0) return Lost();
  return absl::OkStatus();
}

absl::StatusOr<PgResult> PgConnection::NextResult() {
  if (auto status = Flush(); !status.ok()) return status;
  while (PQisBusy(connection_.get()) != 0) {
    if (auto status = AwaitSocket(/*also_writable=*/false); !status.ok()) return status;
  }
  return PgResult(PQgetResult(connection_.get()));
}

absl::StatusOr<PgResult> PgConnection::LastResult() {
  PgResult last(nullptr);
  absl::Status first_error;
  while (true) {
    auto next = NextResult();
    // The connection broke; if the server said why before, that says more.
    if (!next.ok()) return first_error.ok() ? next.status() : first_error;
    const PGresult* raw = next->result_.get();
    if (raw == nullptr) break;
    if (IsError(raw) && first_error.ok()) first_error = ErrorOf(raw);
    const bool copy_begins = PQresultStatus(raw) == PGRES_COPY_IN;
    last = *std::move(next);
    if (copy_begins) break;
  }
  if (!first_error.ok()) return first_error;
  return last;
}

absl::Status PgConnection::Lost() {
  auto status =
      PostgresError("", connection_ == nullptr ? "the connection to Postgres was given up"
                                               : OneLine(PQerrorMessage(connection_.get())));
  Close();
  return status;
}

}  // namespace inkwell::flusher
