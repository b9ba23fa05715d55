// How many changes had which end. Every change that leaves the queue has exactly
// one, so the books can be balanced.
#pragma once

#include <cstdint>

namespace inkwell::flusher {

struct OutcomeCounts {
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t deleted = 0;
  std::int64_t conflated = 0;  // made unnecessary by a later one of the same batch
  std::int64_t duplicate = 0;  // creates of an id that was there already
  std::int64_t stale = 0;      // overtaken by something newer
  std::int64_t dead = 0;

  [[nodiscard]] std::int64_t Total() const {
    return inserted + updated + deleted + conflated + duplicate + stale + dead;
  }

  OutcomeCounts& operator+=(const OutcomeCounts& other) {
    inserted += other.inserted;
    updated += other.updated;
    deleted += other.deleted;
    conflated += other.conflated;
    duplicate += other.duplicate;
    stale += other.stale;
    dead += other.dead;
    return *this;
  }

  friend bool operator==(const OutcomeCounts&, const OutcomeCounts&) = default;
};

}  // namespace inkwell::flusher
