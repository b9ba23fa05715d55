#include "services/flusher/store/sqlstate.h"

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"

namespace inkwell::flusher {
namespace {

constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kSqlstateKey[] = "sqlstate";

}  // namespace

Fault FaultOf(std::string_view sqlstate) {
  // Our binary encoding doesn't fit the column, so the table is not the one that
  // the migrations made. That holds for every row, and mending the table mends it.
  if (sqlstate == "22P03" || sqlstate == "22P04") return Fault::kDatabase;
  const auto error_class = sqlstate.substr(0, 2);
  return error_class == "22" || error_class == "23" ? Fault::kData : Fault::kDatabase;
}

absl::Status PostgresError(std::string_view sqlstate, std::string_view message) {
  const bool is_data = FaultOf(sqlstate) == Fault::kData;
  google::rpc::ErrorInfo info;
  info.set_domain("inkwell");
  info.set_reason(is_data ? "DATA_REFUSED" : std::string(kDatabaseUnavailable));
  if (!sqlstate.empty()) (*info.mutable_metadata())[kSqlstateKey] = std::string(sqlstate);
  absl::Status status(is_data ? absl::StatusCode::kInvalidArgument : absl::StatusCode::kUnavailable,
                      std::string(message));
  status.SetPayload(kErrorInfoUrl, absl::Cord(info.SerializeAsString()));
  return status;
}

std::string SqlstateOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kErrorInfoUrl);
  google::rpc::ErrorInfo info;
  if (!payload || !info.ParseFromString(std::string(*payload))) return "";
  const auto found = info.metadata().find(kSqlstateKey);
  return found == info.metadata().end() ? "" : found->second;
}

}  // namespace inkwell::flusher
