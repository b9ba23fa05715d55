// The properties once more where SQL decides, with few seeds.
#include <gtest/gtest.h>

#include "tests/property/drain_property.h"

namespace inkwell::testing {
namespace {

constexpr std::uint64_t kSeeds = 6;

void CheckAsOneByOne(flusher::Folding folding) {
  for (std::uint64_t seed = 1; seed <= kSeeds && !::testing::Test::HasFailure(); ++seed) {
    CheckDrainsAsOneByOne(*NewPostgresWorld(), folding, seed);
  }
}

TEST(PostgresProperty, FoldedItIsTheTableOfOneByOne) { CheckAsOneByOne(flusher::Folding::kOn); }

TEST(PostgresProperty, UnfoldedItIsTheTableOfOneByOne) { CheckAsOneByOne(flusher::Folding::kOff); }

TEST(PostgresProperty, TheOrderMakesNoDifferenceWhateverFails) {
  for (std::uint64_t seed = 1; seed <= kSeeds && !HasFailure(); ++seed) {
    CheckDrainsInAnyOrder(*NewPostgresWorld(), seed);
  }
}

}  // namespace
}  // namespace inkwell::testing
