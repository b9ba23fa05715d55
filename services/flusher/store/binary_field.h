// Values in PostgreSQL's binary format, each as a field: four bytes of length, then
// the value. Rows of a binary COPY and elements of a binary array are both made of
// these. Integers are big endian. `Out` is a std::string or a RoomWriter. Pure functions,
// thread-safe.
//
// The formats are those of the types' receive functions: uuid_recv, textrecv,
// jsonb_recv, timestamptz_recv, int8recv in PostgreSQL's src/backend/utils/adt.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "common/base/clock.h"
#include "common/base/uuid.h"

namespace inkwell::flusher {

// Appends where the caller has made room for all that will come: a string checks, and ends
// itself with a NUL, at each append.
class RoomWriter {
 public:
  explicit RoomWriter(char* room) : end_(room) {}
  void append(const char* bytes, std::size_t count) {
    if (count == 0) return;  // `bytes` may be null then, which memcpy may not be given
    std::memcpy(end_, bytes, count);
    end_ += count;
  }
  [[nodiscard]] char* end() const { return end_; }

 private:
  char* end_;
};

template <typename Out, typename Integer>
void AppendBigEndian(Out& out, Integer value) {
  const auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
  std::array<char, sizeof(Integer)> bytes;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    bytes[i] = static_cast<char>(bits >> (8 * (sizeof(Integer) - 1 - i)) & 0xff);
  }
  out.append(bytes.data(), bytes.size());
}

template <typename Out>
void AppendNullField(Out& out) {
  AppendBigEndian(out, std::int32_t{-1});
}

// For text and for bytea.
template <typename Out>
void AppendBytesField(Out& out, std::string_view value) {
  AppendBigEndian(out, static_cast<std::int32_t>(value.size()));
  out.append(value.data(), value.size());
}

// int4 and int8.
template <typename Out, typename Integer>
void AppendIntegerField(Out& out, Integer value) {
  AppendBigEndian(out, std::int32_t{sizeof(value)});
  AppendBigEndian(out, value);
}
template <typename Out>
void AppendIntField(Out& out, std::int32_t value) {
  AppendIntegerField(out, value);
}
template <typename Out>
void AppendBigintField(Out& out, std::int64_t value) {
  AppendIntegerField(out, value);
}

template <typename Out>
void AppendUuidField(Out& out, const Uuid& value) {
  AppendBytesField(out, value.AsBytes());
}
template <typename Out>
void AppendUuidField(Out& out, const std::optional<Uuid>& value) {
  value ? AppendUuidField(out, *value) : AppendNullField(out);
}

// `json` as text; the server parses it.
template <typename Out>
void AppendJsonbField(Out& out, std::string_view json) {
  constexpr char kVersion = 1;
  AppendBigEndian(out, static_cast<std::int32_t>(sizeof(kVersion) + json.size()));
  out.append(&kVersion, sizeof(kVersion));
  out.append(json.data(), json.size());
}

template <typename Out>
void AppendTimestamptzField(Out& out, WallTime value) {
  // It counts microseconds from here, not from 1970.
  constexpr WallTime kEpoch =
      std::chrono::sys_days(std::chrono::year(2000) / std::chrono::January / 1);
  AppendBigintField(out, (value - kEpoch).count());
}
template <typename Out>
void AppendTimestamptzField(Out& out, const std::optional<WallTime>& value) {
  value ? AppendTimestamptzField(out, *value) : AppendNullField(out);
}

}  // namespace inkwell::flusher
