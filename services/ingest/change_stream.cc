#include "services/ingest/change_stream.h"

#include <array>
#include <atomic>
#include <chrono>
#include <span>
#include <string>
#include <utility>

#include "common/base/errors.h"
#include "common/base/proto_time.h"
#include "common/queue/change_codec.h"

namespace inkwell::ingest {
namespace {

absl::Status ShuttingDown() {
  return RetryableError(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                        "this server is shutting down; open another stream, and send again what "
                        "got no result, with the same comment_id",
                        std::chrono::milliseconds(100));
}

void Fill(v1::TaggedResult& to, const StreamedResult& from) {
  to.set_tag(from.tag);
  v1::ChangeResult& result = *to.mutable_result();
  if (from.comment_id) result.set_comment_id(from.comment_id->ToText());
  if (from.status.ok()) {
    *result.mutable_accept_time() = ToTimestamp(from.accept_time);
  } else {
    result.set_code(static_cast<int>(from.status.code()));
    result.set_message(std::string(from.status.message()));
  }
}

}  // namespace

// The submissions of one message, until the last is answered: with that it deletes itself.
class ChangeStream::Message final : public AckSink {
 public:
  static void Submit(std::shared_ptr<ChangeStream> stream, AcceptedMessage accepted) {
    PushWriter& writer = stream->context_.writer;
    auto* const message = new Message(std::move(stream), accepted);
    for (auto& submission : accepted.submissions) submission.sink = message;
    const absl::Status status = writer.Gather(std::move(accepted.submissions));
    if (!status.ok()) message->RefuseAll(status);
    // Nothing after this: the last answer may have come already.
  }

  // Each result is touched by the thread that answers it alone.
  void OnAnswers(std::span<const Answer> answers) override {
    std::array<std::int64_t, 3> accepted{};  // by ChangeKind
    std::vector<StreamedResult> known;
    known.reserve(answers.size());
    for (const auto& [ack, status, revision] : answers) {
      known.push_back(std::move(results_[ack.index]));
      known.back().status = status;
      if (status.ok()) {
        ++accepted[static_cast<std::size_t>(kinds_[ack.index])];
      } else {
        stream_->context_.metrics.Refused(status);
      }
    }
    for (std::size_t kind = 0; kind < accepted.size(); ++kind) {
      if (accepted[kind] == 0) continue;
      stream_->context_.metrics.Accepted(static_cast<ChangeKind>(kind), accepted[kind]);
    }
    stream_->OnKnown(std::move(known));
    if (unanswered_.fetch_sub(answers.size()) == answers.size()) delete this;
  }

 private:
  Message(std::shared_ptr<ChangeStream> stream, AcceptedMessage& accepted)
      : stream_(std::move(stream)),
        kinds_(std::move(accepted.kinds)),
        results_(std::move(accepted.results)),
        unanswered_(results_.size()) {}

  void RefuseAll(const absl::Status& status) {
    std::vector<Answer> answers;
    for (std::size_t i = 0; i < results_.size(); ++i) answers.push_back({{this, i, {}}, status});
    OnAnswers(answers);
  }

  const std::shared_ptr<ChangeStream> stream_;
  const std::vector<ChangeKind> kinds_;
  std::vector<StreamedResult> results_;
  std::atomic<std::size_t> unanswered_;
};

template <typename Event>
void ChangeStream::Happen(const Event& event) {
  {
    MutexLock lock(mutex_);
    event(window_);
    if (std::exchange(driven_, true)) return;
  }
  Drive();
}

void ChangeStream::Drive() {
  while (true) {
    StreamWindow::Step step;
    {
      MutexLock lock(mutex_);
      step = window_.Next();
      driven_ = step.kind != StreamWindow::Step::Kind::kNothing;
      if (!driven_) return;
    }
    Do(std::move(step));
  }
}

void ChangeStream::Do(const StreamWindow::Step& step) {
  switch (step.kind) {
    case StreamWindow::Step::Kind::kNothing:
      return;
    case StreamWindow::Step::Kind::kRead:
      return wire_.Read();
    case StreamWindow::Step::Kind::kWrite: {
      arena_.Reset();
      auto& response = *google::protobuf::Arena::CreateMessage<v1::StreamChangesResponse>(&arena_);
      for (const auto& result : step.results) Fill(*response.add_results(), result);
      return wire_.Write(response);
    }
    case StreamWindow::Step::Kind::kFinish:
      return wire_.End(step.status);
  }
}

void ChangeStream::Start() {
  Happen([](StreamWindow& /*window*/) {});
}

void ChangeStream::OnRead(const v1::StreamChangesRequest& request) {
  const absl::Status size = CheckMessageSize(request.changes_size());
  if (size.ok()) {
    AcceptedMessage message = AcceptMessage(context_, deadline_, request);
    if (trace_) {
      for (auto& submission : message.submissions) queue::AppendTrace(submission.entry, *trace_);
    }
    Take(std::move(message));
  } else {
    Happen([&size](StreamWindow& window) { window.EndReads(size); });
  }
  // Only now may the next message come, so that changes are submitted in order.
  Happen([](StreamWindow& window) { window.OnReadDone(); });
}

void ChangeStream::Take(AcceptedMessage message) {
  const std::size_t changes = message.results.size() + message.refused.size();
  {
    MutexLock lock(mutex_);
    if (!window_.Take(static_cast<std::int64_t>(changes), message.bytes)) return;
  }
  std::vector<StreamedResult> refused = std::move(message.refused);
  if (!message.submissions.empty()) Message::Submit(shared_from_this(), std::move(message));
  if (!refused.empty()) OnKnown(std::move(refused));
}

void ChangeStream::OnKnown(std::vector<StreamedResult> results) {
  Happen([&results](StreamWindow& window) { window.OnKnown(std::move(results)); });
}

void ChangeStream::OnReadsEnd() {
  Happen([](StreamWindow& window) {
    window.OnReadDone();
    window.EndReads(absl::OkStatus());
  });
}

void ChangeStream::OnWritten() {
  Happen([](StreamWindow& window) { window.OnWritten(); });
}

void ChangeStream::OnGone() {
  Happen([](StreamWindow& window) { window.Abandon(); });
}

void ChangeStream::Stop() {
  Happen([](StreamWindow& window) { window.EndReads(ShuttingDown()); });
}

}  // namespace inkwell::ingest
