// A store on a world of its own: the fake one, or one on Postgres.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "tests/contract/store_world.h"
#include "tests/support/store_rows.h"

namespace inkwell::testing {

using NewWorld = std::unique_ptr<StoreWorld> (*)();

class StoreContract : public ::testing::TestWithParam<NewWorld> {
 protected:
  std::unique_ptr<flusher::StoreTransaction> Begin(int partition = 0) {
    return store_->Begin(partition).value();
  }

  // Writes `set` in a transaction of its own.
  flusher::OutcomeCounts WriteAndCommit(const flusher::WriteSet& set) {
    auto transaction = Begin();
    const flusher::OutcomeCounts counts = transaction->Write(set).value();
    EXPECT_EQ(transaction->Commit(), absl::OkStatus());
    return counts;
  }

  FakeDatabase::Row RowOf(int number) { return world_->Rows().at(IdOf(number)); }

  const std::unique_ptr<StoreWorld> world_ = GetParam()();
  const std::unique_ptr<flusher::Store> store_ = world_->NewStore();
};

}  // namespace inkwell::testing
