#include "tests/load/histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "gtest/gtest.h"

namespace inkwell::load {
namespace {

using Duration = Histogram::Duration;

TEST(Histogram, EmptyAnswersZero) {
  const Histogram histogram;
  EXPECT_EQ(histogram.Count(), 0);
  EXPECT_EQ(histogram.Percentile(99), Duration(0));
  EXPECT_EQ(histogram.Max(), Duration(0));
}

TEST(Histogram, OneValueIsEveryPercentile) {
  Histogram histogram;
  histogram.Record(Duration(123'456'789));
  for (const double percent : {0.0, 50.0, 99.9, 100.0}) {
    EXPECT_EQ(histogram.Percentile(percent), Duration(123'456'789)) << percent;
  }
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram histogram;
  for (int value = 1; value <= 100; ++value) histogram.Record(Duration(value));
  EXPECT_EQ(histogram.Percentile(1), Duration(1));
  EXPECT_EQ(histogram.Percentile(50), Duration(50));
  EXPECT_EQ(histogram.Percentile(99), Duration(99));
  EXPECT_EQ(histogram.Percentile(100), Duration(100));
}

TEST(Histogram, NegativeCountsAsZeroAndTheLargestFits) {
  Histogram histogram;
  histogram.Record(Duration(-5));
  histogram.Record(Duration::max());
  EXPECT_EQ(histogram.Percentile(50), Duration(0));
  EXPECT_EQ(histogram.Percentile(100), Duration::max());
}

// Every power of two and its neighbours: where a bucket's width changes.
TEST(Histogram, NeverUnderstatesAndErrsByLessThanOnePercent) {
  for (int bit = 0; bit < 63; ++bit) {
    for (const std::int64_t nudge : {-1, 0, 1}) {
      const std::int64_t value = (std::int64_t{1} << bit) + nudge;
      Histogram histogram;
      histogram.Record(Duration(value));
      histogram.Record(Duration::max());  // keeps the answer from being clipped to it
      const auto answer = histogram.Percentile(50).count();
      EXPECT_GE(answer, value);
      EXPECT_LE(static_cast<double>(answer - value), 0.01 * static_cast<double>(value)) << value;
    }
  }
}

TEST(Histogram, AgreesWithSortedValues) {
  std::mt19937_64 random(1);
  std::vector<std::int64_t> values;
  Histogram histogram;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<std::int64_t>(random() >> (random() % 40 + 20)));
    histogram.Record(Duration(values.back()));
  }
  std::sort(values.begin(), values.end());
  for (const double percent : {50.0, 90.0, 99.0, 99.9, 100.0}) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(values.size())));
    const auto expected = static_cast<double>(values[rank - 1]);
    const auto answer = static_cast<double>(histogram.Percentile(percent).count());
    EXPECT_GE(answer, expected) << percent;
    EXPECT_LE(answer, expected * 1.01) << percent;
  }
}

}  // namespace
}  // namespace inkwell::load
