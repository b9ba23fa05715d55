// Whose fault an error of Postgres is, read off its SQLSTATE, and the status that
// says so. Pure functions, thread-safe.
//
// Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace inkwell::flusher {

inline constexpr std::string_view kUniqueViolation = "23505";

// The reason of every error that is the database's fault.
inline constexpr std::string_view kDatabaseUnavailable = "DATABASE_UNAVAILABLE";

enum class Fault {
  kData,      // these rows can never be written: dead letters
  kDatabase,  // the same rows may well be written later: retry for ever
};

// Classes 22 (data exception) and 23 (integrity constraint violation) are the
// data's fault. Everything else is the database's: also what an operator has to
// mend, such as a missing table or a wrong password, and also a code that we don't
// know or an empty one (the connection was lost). An accepted comment is never
// given up because of those.
[[nodiscard]] Fault FaultOf(std::string_view sqlstate);

// An error of Postgres: kInvalidArgument (reason DATA_REFUSED) if it is the data's
// fault, otherwise kUnavailable (kDatabaseUnavailable).
[[nodiscard]] absl::Status PostgresError(std::string_view sqlstate, std::string_view message);

// The SQLSTATE of a status made by PostgresError, also once annotated; otherwise
// empty.
[[nodiscard]] std::string SqlstateOf(const absl::Status& status);

}  // namespace inkwell::flusher
