// A PushWriter on a queue in memory.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/base/mutex.h"
#include "common/queue/change_codec.h"
#include "services/ingest/push_writer.h"
#include "tests/support/fake_queue.h"

namespace inkwell::ingest {

inline constexpr int kPartitions = 4;

// Collects answers; a second one for the same index is a failure.
class Answers final : public AckSink {
 public:
  void OnAnswers(std::span<const Answer> answers) override {
    MutexLock lock(mutex_);
    for (const auto& [ack, status, revision] : answers) {
      EXPECT_TRUE(answers_.emplace(ack.index, status).second) << ack.index << " was answered twice";
    }
  }
  std::size_t size() const {
    MutexLock lock(mutex_);
    return answers_.size();
  }
  absl::Status operator[](std::size_t index) const {
    MutexLock lock(mutex_);
    return answers_.at(index);
  }

 private:
  mutable Mutex mutex_;
  std::map<std::size_t, absl::Status> answers_ INK_GUARDED_BY(mutex_);
};

class PushWriterTest : public ::testing::Test {
 protected:
  // Nothing expires by itself unless a test says so.
  static PushWriterOptions Patient() {
    PushWriterOptions options;
    options.partitions = kPartitions;
    options.limits.ack_timeout = std::chrono::hours(24);
    options.limits.persist_timeout = std::chrono::hours(24);
    options.look_interval = std::chrono::milliseconds(2);
    options.reconnect = {std::chrono::milliseconds(1), std::chrono::milliseconds(5), 2.0};
    return options;
  }

  void Start(const PushWriterOptions& options) {
    writer_ = std::make_unique<PushWriter>(
        options, std::make_unique<testing::FakePushQueue>(broker_), metrics_,
        [this](bool reachable) { reachable_ = reachable; },
        [this](const absl::Status&) { ++fatal_; });
    writer_->Start();
  }

  absl::Status Submit(std::size_t index, int partition = 0, SteadyTime deadline = SteadyTime::max(),
                      Durability durability = Durability::kEnqueued) {
    return writer_->Submit(Submissions(index, partition, deadline, durability));
  }
  absl::Status Gather(std::size_t index, Durability durability = Durability::kEnqueued) {
    return writer_->Gather(Submissions(index, 0, SteadyTime::max(), durability));
  }
  std::vector<Submission> Submissions(std::size_t index, int partition, SteadyTime deadline,
                                      Durability durability) {
    std::vector<Submission> submissions;
    submissions.push_back(
        {partition, kPartitions, EntryOf(index), durability, deadline, &answers_, index});
    return submissions;
  }

  static std::string EntryOf(std::size_t index) {
    queue::v1::Change change;
    change.set_comment_id(std::string(16, 'x'));
    change.mutable_create()->set_body(std::to_string(index));
    return queue::EncodeEntry(change);
  }

  // The bodies in a partition's list.
  std::vector<std::string> Bodies(int partition) {
    std::vector<std::string> bodies;
    for (const auto& entry : broker_.Entries(partition)) {
      queue::v1::Change change;
      EXPECT_TRUE(change.ParseFromString(entry));
      bodies.push_back(change.create().body());
    }
    return bodies;
  }

  testing::FakeBroker broker_{kPartitions};
  Answers answers_;
  IngestMetrics metrics_;
  std::atomic<bool> reachable_ = false;
  std::atomic<int> fatal_ = 0;
  std::unique_ptr<PushWriter> writer_;
};

}  // namespace inkwell::ingest
