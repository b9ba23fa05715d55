#include "services/flusher/database_watch.h"

#include <fmt/format.h>

#include <utility>

#include "common/base/sleep.h"
#include "services/flusher/store/server_state.h"

namespace inkwell::flusher {

DatabaseWatch::DatabaseWatch(const PgConnection::Options& connection, const Options& options,
                             OnLook on_look)
    : options_(options), connection_options_(connection), on_look_(std::move(on_look)) {
  connection_options_.reply_timeout = options.reply_timeout;
}

DatabaseWatch::~DatabaseWatch() { Stop(); }

void DatabaseWatch::Start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { Watch(stop); });
}

void DatabaseWatch::Stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void DatabaseWatch::Watch(const std::stop_token& stop) {
  do {
    const absl::Status status = Look();
    database_.Update(status);  // what keeps failing, the flush logs
    on_look_(status);
  } while (SleepFor(stop, options_.interval));
}

absl::Status DatabaseWatch::Look() {
  const bool reused = connection_ && connection_->IsOpen();
  absl::Status status = Ask();
  // A connection that died while it was idle is no news of the database.
  if (!status.ok() && reused && !connection_->IsOpen()) status = Ask();
  return status;
}

absl::Status DatabaseWatch::Ask() {
  if (!connection_ || !connection_->IsOpen()) {
    connection_.reset();
    auto connection = PgConnection::Connect(connection_options_);
    if (!connection.ok()) return connection.status();
    connection_ = *std::move(connection);
  }
  const auto read_only = connection_->Exec(fmt::format("SELECT {}", kReadOnly));
  if (!read_only.ok()) return read_only.status();
  if (read_only->Value(0, 0) != "t") return absl::OkStatus();
  // The address may lead to another server by now.
  connection_->Close();
  return ReadOnlyError();
}

}  // namespace inkwell::flusher
