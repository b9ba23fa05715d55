#include "tests/load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace inkwell::load {
namespace {

// Each power of two is split into 2^kSplitBits buckets of equal width, hence the
// relative error of less than 2^-kSplitBits. Below kSplit every value has its own.
constexpr int kSplitBits = 7;
constexpr std::uint64_t kSplit = std::uint64_t{1} << kSplitBits;
constexpr std::size_t kBuckets = (64 - kSplitBits + 1) * kSplit;

std::size_t BucketOf(std::uint64_t value) {
  if (value < kSplit) return value;
  const int shift = 63 - std::countl_zero(value) - kSplitBits;
  return static_cast<std::uint64_t>(shift) * kSplit + (value >> shift);
}

// The largest value that falls into the bucket.
std::uint64_t UpperEdge(std::size_t bucket) {
  if (bucket < kSplit) return bucket;
  const std::uint64_t shift = bucket / kSplit - 1;
  const std::uint64_t first = (bucket % kSplit + kSplit) << shift;
  return first + (std::uint64_t{1} << shift) - 1;
}

}  // namespace

Histogram::Histogram() : buckets_(kBuckets) {}

void Histogram::Record(Duration value) {
  value = std::max(value, Duration::zero());
  ++buckets_[BucketOf(static_cast<std::uint64_t>(value.count()))];
  ++count_;
  max_ = std::max(max_, value);
}

Histogram::Duration Histogram::Percentile(double percent) const {
  const auto rank = static_cast<std::int64_t>(
      std::ceil(std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(count_)));
  std::int64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen > 0 && seen >= rank) {
      return std::min(max_, Duration(static_cast<std::int64_t>(UpperEdge(bucket))));
    }
  }
  return max_;
}

}  // namespace inkwell::load
