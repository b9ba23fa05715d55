// One-dimensional arrays in PostgreSQL's binary format, as parameters for
// unnest($1, …): a column a time. Pure functions, thread-safe.
//
// The format is that of array_recv in PostgreSQL's
// src/backend/utils/adt/arrayfuncs.c.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "services/flusher/store/binary_field.h"
#include "services/flusher/store/pg_connection.h"

namespace inkwell::flusher {

// Fixed oids, from PostgreSQL's src/include/catalog/pg_type.dat.
struct ArrayType {
  unsigned element_oid;
  unsigned array_oid;
};
inline constexpr ArrayType kByteaArray{17, 1001};
inline constexpr ArrayType kBigintArray{20, 1016};
inline constexpr ArrayType kIntArray{23, 1007};
inline constexpr ArrayType kTextArray{25, 1009};
inline constexpr ArrayType kTimestamptzArray{1184, 1185};
inline constexpr ArrayType kUuidArray{2950, 2951};
inline constexpr ArrayType kJsonbArray{3802, 3807};

// An encoded array and its type.
struct BinaryArray {
  unsigned oid;
  std::string bytes;

  // Views this array.
  [[nodiscard]] PgParam AsParam() const { return PgParam::Binary(oid, bytes); }
};

// The array of what `append_field(out, item)` appends for each of `items`.
template <typename Items, typename AppendField>
[[nodiscard]] BinaryArray EncodeArray(ArrayType type, const Items& items,
                                      const AppendField& append_field) {
  std::string out;
  AppendBigEndian(out, std::int32_t{items.empty() ? 0 : 1});  // dimensions
  AppendBigEndian(out, std::int32_t{1});                      // there may be nulls
  AppendBigEndian(out, type.element_oid);
  if (!items.empty()) {
    AppendBigEndian(out, static_cast<std::int32_t>(items.size()));
    AppendBigEndian(out, std::int32_t{1});  // the first index
  }
  for (const auto& item : items) append_field(out, item);
  return {type.array_oid, std::move(out)};
}

// `columns` as $1, $2, …; views them.
[[nodiscard]] inline std::vector<PgParam> AsParams(const std::vector<BinaryArray>& columns) {
  std::vector<PgParam> params;
  for (const auto& column : columns) params.push_back(column.AsParam());
  return params;
}

}  // namespace inkwell::flusher
