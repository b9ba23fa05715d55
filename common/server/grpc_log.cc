#include "common/server/grpc_log.h"

#include <fmt/core.h>
#include <grpc/support/log.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <string>

#include "common/server/repeated_warning.h"

namespace inkwell {
namespace {

void Log(gpr_log_func_args* said) {
  static RepeatedWarning errors;
  const std::string line =
      fmt::format("gRPC: {} ({}:{})", said->message,
                  std::filesystem::path(said->file).filename().string(), said->line);
  if (said->severity == GPR_LOG_SEVERITY_ERROR) {
    errors.Report(line);
  } else {
    spdlog::debug("{}", line);
  }
}

}  // namespace

void TakeGrpcLog() { gpr_set_log_function(Log); }

}  // namespace inkwell
