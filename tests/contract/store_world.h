// What the store's contract suite needs beside a store: more connections to the same
// database, and eyes of its own on what is committed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "services/flusher/store/store.h"
#include "tests/support/fake_store.h"

namespace inkwell::testing {

class StoreWorld {
 public:
  virtual ~StoreWorld() = default;
  // A connection's worth of store on the one database of this world.
  [[nodiscard]] virtual std::unique_ptr<flusher::Store> NewStore() = 0;
  // What is committed; attributes as `{"a":"b"}`, without blanks, in the order of keys.
  [[nodiscard]] virtual FakeDatabase::Rows Rows() = 0;
  // In the order in which they were put aside.
  [[nodiscard]] virtual std::vector<FakeDatabase::DeadRow> DeadLetters() = 0;
  // A text that this database refuses for a body.
  [[nodiscard]] virtual std::string RefusedBody() = 0;
};

// Each starts empty.
[[nodiscard]] std::unique_ptr<StoreWorld> NewFakeWorld();
[[nodiscard]] std::unique_ptr<StoreWorld> NewPostgresWorld();
// Where comments is a table of partitions.
[[nodiscard]] std::unique_ptr<StoreWorld> NewPartitionedWorld();
// Where stores reach Postgres through PgBouncer in transaction mode.
[[nodiscard]] std::unique_ptr<StoreWorld> NewPooledWorld();

}  // namespace inkwell::testing
