#include "services/flusher/store/binary_field.h"

#include <chrono>

namespace inkwell::flusher {
namespace {

void AppendLength(std::string& out, std::size_t bytes) {
  AppendBigEndian(out, static_cast<std::int32_t>(bytes));
}

// timestamptz counts microseconds from here, not from 1970.
constexpr WallTime kPostgresEpoch =
    std::chrono::sys_days(std::chrono::year(2000) / std::chrono::January / 1);

constexpr char kJsonbVersion = 1;

}  // namespace

void AppendNullField(std::string& out) { AppendBigEndian(out, std::int32_t{-1}); }

void AppendBytesField(std::string& out, std::string_view value) {
  AppendLength(out, value.size());
  out.append(value);
}

void AppendIntField(std::string& out, std::int32_t value) {
  AppendLength(out, sizeof(value));
  AppendBigEndian(out, value);
}

void AppendBigintField(std::string& out, std::int64_t value) {
  AppendLength(out, sizeof(value));
  AppendBigEndian(out, value);
}

void AppendUuidField(std::string& out, const Uuid& value) {
  AppendBytesField(out, value.AsBytes());
}

void AppendUuidField(std::string& out, const std::optional<Uuid>& value) {
  value ? AppendUuidField(out, *value) : AppendNullField(out);
}

void AppendJsonbField(std::string& out, std::string_view json) {
  AppendLength(out, sizeof(kJsonbVersion) + json.size());
  out.push_back(kJsonbVersion);
  out.append(json);
}

void AppendTimestamptzField(std::string& out, WallTime value) {
  AppendBigintField(out, (value - kPostgresEpoch).count());
}

void AppendTimestamptzField(std::string& out, const std::optional<WallTime>& value) {
  value ? AppendTimestamptzField(out, *value) : AppendNullField(out);
}

}  // namespace inkwell::flusher
