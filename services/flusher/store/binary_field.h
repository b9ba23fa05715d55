// Values in PostgreSQL's binary format, each as a field: four bytes of length, then
// the value. Rows of a binary COPY and elements of a binary array are both made of
// these. Integers are big endian. Appending to a string that has the room allocates
// nothing. Pure functions, thread-safe.
//
// The formats are those of the types' receive functions: uuid_recv, textrecv,
// jsonb_recv, timestamptz_recv, int8recv in PostgreSQL's src/backend/utils/adt.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "common/base/clock.h"
#include "common/base/uuid.h"

namespace inkwell::flusher {

template <typename Integer>
void AppendBigEndian(std::string& out, Integer value) {
  const auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
  std::array<char, sizeof(Integer)> bytes;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    bytes[i] = static_cast<char>(bits >> (8 * (sizeof(Integer) - 1 - i)) & 0xff);
  }
  out.append(bytes.data(), bytes.size());
}

void AppendNullField(std::string& out);
// For text and for bytea.
void AppendBytesField(std::string& out, std::string_view value);
void AppendIntField(std::string& out, std::int32_t value);     // int4
void AppendBigintField(std::string& out, std::int64_t value);  // int8
void AppendUuidField(std::string& out, const Uuid& value);
void AppendUuidField(std::string& out, const std::optional<Uuid>& value);
// `json` as text; the server parses it.
void AppendJsonbField(std::string& out, std::string_view json);
void AppendTimestamptzField(std::string& out, WallTime value);
void AppendTimestamptzField(std::string& out, const std::optional<WallTime>& value);

}  // namespace inkwell::flusher
