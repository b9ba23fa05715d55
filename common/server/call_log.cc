#include "common/server/call_log.h"

#include <fmt/core.h>
#include <google/protobuf/descriptor.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/escaping.h"
#include "common/base/errors.h"
#include "common/server/repeated_warning.h"

namespace inkwell {
namespace {

std::string TraceIdText(const std::optional<TraceContext>& trace) {
  if (!trace) return "";
  return absl::BytesToHexString(
      std::string(trace->AsBytes().substr(0, TraceContext::kTraceIdBytes)));
}

// Those that say something.
std::vector<LogField> Known(std::vector<LogField> fields) {
  std::erase_if(fields, [](const LogField& field) {
    const auto* text = std::get_if<std::string_view>(&field.value);
    return text != nullptr && text->empty();
  });
  return fields;
}

std::vector<LogField> Joined(std::vector<LogField> fields, const std::vector<LogField>& more) {
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

}  // namespace

WithCallFields::WithCallFields(const LoggedCall& call, std::vector<LogField> more)
    : method_(fmt::format("{}/{}", call.method.service()->full_name(), call.method.name())),
      trace_id_(TraceIdText(call.trace)),
      fields_(Known(
          Joined({{"method", method_}, {"caller", call.caller}, {"trace_id", trace_id_}}, more))),
      with_(fields_) {}

void LogCallEnd(const LoggedCall& call, const absl::Status& status, std::chrono::nanoseconds took) {
  static RepeatedWarning failures;
  const bool failed = IsServersFault(status.code());
  if (!failed && !spdlog::should_log(spdlog::level::debug)) return;
  const std::string code = absl::StatusCodeToString(status.code());
  const std::string reason = ReasonOf(status);
  const WithCallFields fields(call, {{"code", code},
                                     {"reason", reason},
                                     {"seconds", std::chrono::duration<double>(took).count()}});
  spdlog::debug("a call ended");
  if (failed) failures.Report(fmt::format("a call failed: {}", std::string(status.message())));
}

}  // namespace inkwell
