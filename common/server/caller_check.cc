#include "common/server/caller_check.h"

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/server/authorize.h"
#include "common/server/grpc_status.h"

namespace inkwell {

absl::StatusOr<CallerCheck> CallerCheck::Create(const AuthOptions& options, Role required) {
  if (!options.on()) return CallerCheck(nullptr, required);
  auto tokens = TokenFile::Open(options);
  if (!tokens.ok()) return tokens.status();
  return CallerCheck(*std::move(tokens), required);
}

absl::Status CallerCheck::Check(const grpc::ServerContextBase& call, CallRecord& record) const {
  if (tokens_ == nullptr) return absl::OkStatus();
  std::vector<std::string_view> authorization;
  const auto [first, last] = call.client_metadata().equal_range("authorization");
  for (auto header = first; header != last; ++header) {
    authorization.emplace_back(header->second.data(), header->second.size());
  }
  auto caller = Authorize(*tokens_->Current(), authorization, required_);
  if (!caller.ok()) {
    refusals_->Report(fmt::format("refused a call of {}: {}", call.peer(),
                                  std::string(caller.status().message())));
    record.End(caller.status());
    return caller.status();
  }
  record.SetCaller(*std::move(caller));
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* CallerCheck::Refuse(grpc::CallbackServerContext& call,
                                              CallRecord& record) const {
  const absl::Status status = Check(call, record);
  if (status.ok()) return nullptr;
  auto* reactor = call.DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

}  // namespace inkwell
