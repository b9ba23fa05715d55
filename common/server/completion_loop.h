// The thread on which calls of gRPC's asynchronous API come in and are answered.
//
// Why not the callback API, which gRPC recommends: there, whoever ends a call from outside
// wakes one of gRPC's own threads for each, and these contend with him for the connection. For
// ingest, all of whose calls are ended by its writer, that was half of the server's time
// (tests/bench/run --only unary). Here one thread reads, ends and writes, and is woken once
// for all that a group commit has made known.
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "common/base/mutex.h"

namespace inkwell {

// Something that an operation ends in, by its address as gRPC's tag.
class CompletionEvent {
 public:
  virtual ~CompletionEvent() = default;
  // On the loop's thread. `ok` as gRPC says it of the operation; true if it was posted.
  // May delete this.
  virtual void Happen(bool ok) = 0;
};

class CompletionLoop {
 public:
  // The server must outlive the loop, and be shut down before Stop.
  // `before_wait` is called on the loop's thread whenever nothing more is there to be done, and
  // now and then while there is.
  CompletionLoop(std::unique_ptr<grpc::ServerCompletionQueue> queue,
                 std::function<void()> before_wait)
      : queue_(std::move(queue)), before_wait_(std::move(before_wait)) {}
  ~CompletionLoop() { Stop(); }
  CompletionLoop(const CompletionLoop&) = delete;
  CompletionLoop& operator=(const CompletionLoop&) = delete;

  void Start();
  // Returns when each call that Entered has Left: the server was shut down, so no more come,
  // and those under way are cancelled or about to be answered. May be called twice.
  void Stop();

  [[nodiscard]] grpc::ServerCompletionQueue* queue() { return queue_.get(); }

  // `event` happens soon, on the loop's thread, in the order of the posts. Thread-safe; only
  // while a call is open.
  void Post(CompletionEvent& event) INK_EXCLUDES(mutex_);

  // A call, or the wait for one, begins and ends. On the loop's thread, or before Start.
  void Enter() { ++open_; }
  void Leave() { --open_; }

  [[nodiscard]] bool IsThisThread() const { return current_ == this; }

 private:
  // What gets the loop out of its wait for gRPC.
  class WakeUp final : public CompletionEvent {
   public:
    explicit WakeUp(CompletionLoop& loop) : loop_(loop) {}
    void Happen(bool ok) override;

   private:
    CompletionLoop& loop_;
  };
  class Ending final : public CompletionEvent {
   public:
    explicit Ending(CompletionLoop& loop) : loop_(loop) {}
    void Happen(bool /*ok*/) override { loop_.ending_ = true; }

   private:
    CompletionLoop& loop_;
  };

  using Status = grpc::CompletionQueue::NextStatus;
  static constexpr int kLongestRun = 1000;

  void Run();
  [[nodiscard]] bool Next(void*& tag, bool& ok);
  [[nodiscard]] Status Poll(void*& tag, bool& ok);
  void RunPosted() INK_EXCLUDES(mutex_);

  const std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  const std::function<void()> before_wait_;
  int run_ = 0;  // events since before_wait_; on the loop's thread alone, as the next two
  int open_ = 0;
  bool ending_ = false;  // no new calls come; the queue ends with the last one
  WakeUp wake_up_{*this};
  Ending end_{*this};
  Mutex mutex_;
  std::vector<CompletionEvent*> posted_ INK_GUARDED_BY(mutex_);
  bool is_woken_ INK_GUARDED_BY(mutex_) = false;  // the alarm was set, and has not rung
  // Rings at once, which is how gRPC lets one put an event into a queue. Set under the lock,
  // so that it is not set again by another thread while it is being set.
  grpc::Alarm alarm_ INK_GUARDED_BY(mutex_);
  std::vector<CompletionEvent*> running_;  // reused, to save its allocation
  std::thread thread_;
  static thread_local const CompletionLoop* current_;  // whose thread this is
};

}  // namespace inkwell
