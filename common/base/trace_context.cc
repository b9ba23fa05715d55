#include "common/base/trace_context.h"

#include <algorithm>
#include <span>

#include "common/base/hex.h"

namespace inkwell {
namespace {

// Where the parts of a traceparent begin, and where version 00 ends.
constexpr std::size_t kTraceIdAt = 3;
constexpr std::size_t kSpanIdAt = 36;
constexpr std::size_t kFlagsAt = 53;
constexpr std::size_t kEnd = 55;

constexpr std::uint8_t kInvalidVersion = 0xff;
constexpr std::uint8_t kSampledFlag = 1;

bool AreValid(std::span<const std::uint8_t> ids) {
  const auto is_set = [](std::uint8_t byte) { return byte != 0; };
  const auto trace_id = ids.first(TraceContext::kTraceIdBytes);
  const auto span_id = ids.subspan(TraceContext::kTraceIdBytes);
  return std::any_of(trace_id.begin(), trace_id.end(), is_set) &&
         std::any_of(span_id.begin(), span_id.end(), is_set);
}

}  // namespace

std::optional<TraceContext> TraceContext::FromTraceparent(std::string_view text) {
  if (text.size() < kEnd) return std::nullopt;
  for (const std::size_t part : {kTraceIdAt, kSpanIdAt, kFlagsAt}) {
    if (text[part - 1] != '-') return std::nullopt;
  }
  TraceContext context;
  std::uint8_t version = 0;
  std::uint8_t flags = 0;
  const std::span<std::uint8_t> ids(context.ids);
  if (!ReadHex(text, {&version, 1}) ||
      !ReadHex(text.substr(kTraceIdAt), ids.first(kTraceIdBytes)) ||
      !ReadHex(text.substr(kSpanIdAt), ids.subspan(kTraceIdBytes)) ||
      !ReadHex(text.substr(kFlagsAt), {&flags, 1})) {
    return std::nullopt;
  }
  if (version == kInvalidVersion || !AreValid(context.ids)) return std::nullopt;
  // A newer version may go on, behind another dash.
  if (text.size() > kEnd && (version == 0 || text[kEnd] != '-')) return std::nullopt;
  context.sampled = (flags & kSampledFlag) != 0;
  return context;
}

std::optional<TraceContext> TraceContext::FromBytes(std::string_view bytes) {
  if (bytes.size() != kBytes) return std::nullopt;
  TraceContext context;
  std::copy(bytes.begin(), bytes.end(), context.ids.begin());
  context.sampled = true;
  if (!AreValid(context.ids)) return std::nullopt;
  return context;
}

std::string_view TraceContext::AsBytes() const {
  return {reinterpret_cast<const char*>(ids.data()), ids.size()};
}

}  // namespace inkwell
