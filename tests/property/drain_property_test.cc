#include "tests/property/drain_property.h"

#include <gtest/gtest.h>

namespace inkwell::testing {
namespace {

constexpr std::uint64_t kSeeds = 400;

void CheckAsOneByOne(flusher::Folding folding) {
  for (std::uint64_t seed = 1; seed <= kSeeds && !::testing::Test::HasFailure(); ++seed) {
    CheckDrainsAsOneByOne(*NewFakeWorld(), folding, seed);
  }
}

TEST(DrainProperty, FoldedItIsTheTableOfOneByOne) { CheckAsOneByOne(flusher::Folding::kOn); }

TEST(DrainProperty, UnfoldedItIsTheTableOfOneByOne) { CheckAsOneByOne(flusher::Folding::kOff); }

TEST(DrainProperty, TheOrderMakesNoDifferenceWhateverFails) {
  for (std::uint64_t seed = 1; seed <= kSeeds && !HasFailure(); ++seed) {
    CheckDrainsInAnyOrder(*NewFakeWorld(), seed);
  }
}

}  // namespace
}  // namespace inkwell::testing
