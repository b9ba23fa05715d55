#include "tests/load/stream_loop.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <deque>
#include <iterator>
#include <map>
#include <thread>
#include <utility>

#include "common/base/clock.h"
#include "common/base/mutex.h"

namespace inkwell::load {
namespace {

using std::chrono::steady_clock;

// One stream: a thread that writes, and one that reads.
class Stream {
 public:
  Stream(const StreamOptions& options, v1::CommentService::Stub& stub, Feed& feed, Tally& tally,
         AcknowledgedLog& log)
      : options_(options),
        feed_(feed),
        tally_(tally),
        log_(log),
        stream_(stub.StreamChanges(&context_)),
        reader_([this] { Read(); }),
        writer_([this] { Write(); }) {}

 private:
  struct Message {
    std::int64_t unanswered = 0;
    bool any_acknowledged = false;
    SteadyTime sent;
  };

  void Write() {
    while (AwaitUnanswered(options_.window - options_.changes_per_message) && SendNext()) {
    }
    stream_->WritesDone();
    if (!AwaitUnanswered(0)) context_.TryCancel();
  }

  // Waits until no more changes are without a result; false if the stream ended, or brought
  // no result for too long.
  bool AwaitUnanswered(std::int64_t most) {
    MutexLock lock(mutex_);
    while (unanswered_ > most && !ended_) {
      if (steady_clock::now() >= last_result_ + options_.timeout) return false;
      changed_.WaitUntil(mutex_, last_result_ + options_.timeout);
    }
    return !ended_;
  }

  bool SendNext() {
    auto comments = feed_.Take(options_.changes_per_message);
    if (comments.empty()) return false;
    v1::StreamChangesRequest request;
    const auto count = static_cast<std::int64_t>(comments.size());
    {
      MutexLock lock(mutex_);
      if (ended_) return false;
      if (unanswered_ == 0) last_result_ = steady_clock::now();
      messages_[next_tag_] = {count, false, steady_clock::now()};
      unanswered_ += count;
    }
    for (auto& comment : comments) {
      auto& change = *request.add_changes();
      change.set_tag(next_tag_++);
      *change.mutable_create()->mutable_comment() = std::move(comment);
    }
    tally_.Sent(count);
    return stream_->Write(request);
  }

  void Read() {
    v1::StreamChangesResponse response;
    while (stream_->Read(&response)) Settle(response);
    const grpc::Status status = stream_->Finish();
    MutexLock lock(mutex_);
    ended_ = true;
    changed_.NotifyAll();
    for (; unanswered_ > 0; --unanswered_) {
      tally_.Failed(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
    }
  }

  void Settle(const v1::StreamChangesResponse& response) {
    std::int64_t acknowledged = 0;
    const auto now = steady_clock::now();
    MutexLock lock(mutex_);
    for (const auto& tagged : response.results()) {
      // Tags count up over all messages.
      const auto message = std::prev(messages_.upper_bound(tagged.tag()));
      if (tagged.result().code() == 0) {
        ++acknowledged;
        log_.Add(tagged.result().comment_id());
        message->second.any_acknowledged = true;
      } else {
        tally_.Failed(static_cast<absl::StatusCode>(tagged.result().code()),
                      tagged.result().message());
      }
      if (--message->second.unanswered > 0) continue;
      if (message->second.any_acknowledged) tally_.Latency(now - message->second.sent);
      messages_.erase(message);
    }
    tally_.Acknowledged(acknowledged);
    unanswered_ -= response.results_size();
    last_result_ = now;
    changed_.NotifyAll();
  }

  const StreamOptions& options_;
  Feed& feed_;
  Tally& tally_;
  AcknowledgedLog& log_;
  grpc::ClientContext context_;
  const std::unique_ptr<
      grpc::ClientReaderWriter<v1::StreamChangesRequest, v1::StreamChangesResponse>>
      stream_;
  std::int64_t next_tag_ = 0;  // the writer's

  Mutex mutex_;
  CondVar changed_;
  std::map<std::int64_t, Message> messages_ INK_GUARDED_BY(mutex_);  // by their first tags
  std::int64_t unanswered_ INK_GUARDED_BY(mutex_) = 0;
  SteadyTime last_result_ INK_GUARDED_BY(mutex_) = steady_clock::now();
  bool ended_ INK_GUARDED_BY(mutex_) = false;

  std::jthread reader_;
  std::jthread writer_;
};

}  // namespace

void RunStreams(const StreamOptions& options,
                const std::vector<std::unique_ptr<v1::CommentService::Stub>>& stubs, Feed& feed,
                Tally& tally, AcknowledgedLog& log) {
  std::deque<Stream> streams;
  for (std::int64_t i = 0; i < options.streams; ++i) {
    auto& stub = *stubs[static_cast<std::size_t>(i) % stubs.size()];
    streams.emplace_back(options, stub, feed, tally, log);
  }
}

}  // namespace inkwell::load
