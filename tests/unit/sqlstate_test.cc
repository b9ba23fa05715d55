#include "services/flusher/store/sqlstate.h"

#include <gtest/gtest.h>

#include "common/base/errors.h"

namespace inkwell::flusher {
namespace {

TEST(SqlstateTest, BlamesTheDataForItsTwoClasses) {
  for (const char* sqlstate : {"22021", "22P02", "22P05", "22001", "23505", "23502", "23514"}) {
    EXPECT_EQ(FaultOf(sqlstate), Fault::kData) << sqlstate;
  }
}

TEST(SqlstateTest, BlamesTheDatabaseForAllElse) {
  // Connection, transaction, resources, operator, system, internal; a missing table, a
  // wrong password, a read-only server; a lost connection; what nobody knows yet; and
  // what says that the table is not ours.
  for (const char* sqlstate :
       {"08006", "40001", "40P01", "53100", "55P03", "57P01", "57P02", "57P03", "57014", "58030",
        "XX000", "42P01", "28P01", "25006", "", "99999", "2", "22P03", "22P04"}) {
    EXPECT_EQ(FaultOf(sqlstate), Fault::kDatabase) << sqlstate;
  }
}

TEST(SqlstateTest, MakesStatuses) {
  const auto data = PostgresError("22021", "bad bytes");
  EXPECT_EQ(data.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(data.message(), "bad bytes");
  EXPECT_EQ(ReasonOf(data), "DATA_REFUSED");
  const auto database = PostgresError("57P01", "shutting down");
  EXPECT_EQ(database.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(database), "DATABASE_UNAVAILABLE");
}

TEST(SqlstateTest, KeepsTheCode) {
  EXPECT_EQ(SqlstateOf(Annotate(PostgresError("22021", "bad bytes"), "writing")), "22021");
  EXPECT_EQ(SqlstateOf(PostgresError("", "connection lost")), "");
  EXPECT_EQ(SqlstateOf(absl::InternalError("another's")), "");
}

}  // namespace
}  // namespace inkwell::flusher
