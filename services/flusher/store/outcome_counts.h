// How many changes had which end. Every change that leaves the queue has exactly
// one, so the books can be balanced.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace inkwell::flusher {

struct OutcomeCounts {
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t deleted = 0;
  std::int64_t conflated = 0;  // made unnecessary by a later one of the same batch
  std::int64_t duplicate = 0;  // creates of an id that was there already
  std::int64_t stale = 0;      // overtaken by something newer
  std::int64_t dead = 0;

  [[nodiscard]] std::int64_t Total() const;
  OutcomeCounts& operator+=(const OutcomeCounts& other);
  friend bool operator==(const OutcomeCounts&, const OutcomeCounts&) = default;
};

// Each outcome by the name that the books and the metrics know it by.
struct Outcome {
  std::string_view name;
  std::int64_t OutcomeCounts::*count;
};
inline constexpr std::array<Outcome, 7> kOutcomes = {{{"inserted", &OutcomeCounts::inserted},
                                                      {"updated", &OutcomeCounts::updated},
                                                      {"deleted", &OutcomeCounts::deleted},
                                                      {"conflated", &OutcomeCounts::conflated},
                                                      {"duplicate", &OutcomeCounts::duplicate},
                                                      {"stale", &OutcomeCounts::stale},
                                                      {"dead", &OutcomeCounts::dead}}};

inline std::int64_t OutcomeCounts::Total() const {
  std::int64_t total = 0;
  for (const auto& outcome : kOutcomes) total += this->*outcome.count;
  return total;
}

inline OutcomeCounts& OutcomeCounts::operator+=(const OutcomeCounts& other) {
  for (const auto& outcome : kOutcomes) this->*outcome.count += other.*outcome.count;
  return *this;
}

}  // namespace inkwell::flusher
