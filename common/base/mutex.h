// A mutex that clang's thread-safety analysis understands (preset `clang`).
//
// It wraps std::mutex and not absl::Mutex because ThreadSanitizer reports false
// races in Debian's build of the latter. Attributes as in
// https://clang.llvm.org/docs/ThreadSafetyAnalysis.html
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

// The prefix is there because Debian 12's Abseil defines the bare names.
#if defined(__clang__)
#define INKWELL_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define INKWELL_THREAD_ANNOTATION(x)
#endif

#define INK_GUARDED_BY(x) INKWELL_THREAD_ANNOTATION(guarded_by(x))
#define INK_REQUIRES(...) INKWELL_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define INK_EXCLUDES(...) INKWELL_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))

namespace inkwell {

class INKWELL_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() INKWELL_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  [[nodiscard]] bool try_lock() INKWELL_THREAD_ANNOTATION(try_acquire_capability(true)) {
    return mutex_.try_lock();
  }
  void unlock() INKWELL_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

// Holds a Mutex for a scope.
class INKWELL_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) INKWELL_THREAD_ANNOTATION(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() INKWELL_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// A condition variable for Mutex. Predicates are left to the caller's loop, since
// the analysis can't see into a lambda: `while (!ready_) cv_.Wait(mutex_, stop);`
class CondVar {
 public:
  void NotifyOne() { cv_.notify_one(); }
  void NotifyAll() { cv_.notify_all(); }

  // Waits for a notification, spurious ones included.
  void Wait(Mutex& mutex) INK_REQUIRES(mutex) { cv_.wait(mutex); }

  // As above; returns at once if `stop` was or is requested.
  void Wait(Mutex& mutex, const std::stop_token& stop) INK_REQUIRES(mutex) {
    WaitUntil(mutex, stop, std::chrono::steady_clock::time_point::max());
  }

  // As above; returns at `deadline` at the latest.
  void WaitUntil(Mutex& mutex, std::chrono::steady_clock::time_point deadline) INK_REQUIRES(mutex) {
    cv_.wait_until(mutex, deadline);
  }
  void WaitUntil(Mutex& mutex, const std::stop_token& stop,
                 std::chrono::steady_clock::time_point deadline) INK_REQUIRES(mutex) {
    // The library waits again unless the predicate holds: one that is false the
    // first time and true from then on makes every wake-up, spurious or not,
    // return to the caller's loop.
    bool woken = false;
    const auto return_once_woken = [&woken] { return std::exchange(woken, true); };
    if (deadline == std::chrono::steady_clock::time_point::max()) {
      cv_.wait(mutex, stop, return_once_woken);
    } else {
      cv_.wait_until(mutex, stop, deadline, return_once_woken);
    }
  }

 private:
  std::condition_variable_any cv_;
};

}  // namespace inkwell
