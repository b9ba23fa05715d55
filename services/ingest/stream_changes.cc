#include "services/ingest/stream_changes.h"

#include <google/protobuf/arena.h>
#include <grpcpp/support/async_stream.h>

#include <atomic>
#include <memory>
#include <optional>

#include "common/server/call_record.h"
#include "common/server/grpc_status.h"
#include "common/server/member_event.h"
#include "services/ingest/caller_deadline.h"

namespace inkwell::ingest {
namespace {

// One call, from the wait for it to its end, which deletes it. What happens to it happens on
// the loop's thread; Read, Write and End come from there or from the writer's.
class StreamCall final : public StreamWire {
 public:
  StreamCall(const StreamNeeds& needs, CompletionLoop& loop) : needs_(needs), loop_(loop) {
    loop_.Enter();
    context_.AsyncNotifyWhenDone(&done_);
    needs_.service.RequestStreamChanges(&context_, &wire_, loop_.queue(), loop_.queue(), &arrived_);
  }

 private:
  using Event = MemberEvent<StreamCall>;

  ~StreamCall() override { loop_.Leave(); }

  void OnArrived(bool ok) {
    if (!ok) {  // the server shuts down; done_ does not come
      delete this;
      return;
    }
    new StreamCall(needs_, loop_);
    record_.emplace(needs_.calls);
    if (const auto status = needs_.callers.Check(context_, *record_); !status.ok()) {
      return Finish(status);
    }
    record_->ContinueTrace(needs_.context.tracer, context_);
    stream_ = std::make_shared<ChangeStream>(needs_.context, CallerDeadline(context_), *this,
                                             StreamWindow::Limits{}, record_->trace());
    needs_.streams.Enter(stream_);
    stream_->Start();
  }

  void OnRead(bool ok) {
    if (ok) {
      stream_->OnRead(*request_);
    } else {
      stream_->OnReadsEnd();
    }
    Release();
  }
  void OnWritten(bool ok) {
    if (!ok) stream_->OnGone();
    stream_->OnWritten();
    Release();
  }
  // gRPC has no more of it, whoever ended it.
  void OnDone(bool /*ok*/) {
    if (stream_ != nullptr && context_.IsCancelled()) stream_->OnGone();
    Release();
  }
  void OnFinished(bool /*ok*/) { Release(); }

  // On an arena: a message has thousands of parts, and half the work was in malloc.
  void Read() override {
    ++holds_;
    arena_.Reset();
    request_ = google::protobuf::Arena::CreateMessage<v1::StreamChangesRequest>(&arena_);
    wire_.Read(request_, &read_);
  }
  void Write(const v1::StreamChangesResponse& response) override {
    ++holds_;
    wire_.Write(response, &written_);
  }
  void End(const absl::Status& status) override {
    record_->End(status);
    Finish(status);
  }
  void Finish(const absl::Status& status) { wire_.Finish(ToGrpcStatus(status), &finished_); }

  void Release() {
    if (--holds_ > 0) return;
    if (stream_ != nullptr) needs_.streams.Leave(stream_);
    delete this;
  }

  const StreamNeeds& needs_;
  CompletionLoop& loop_;
  grpc::ServerContext context_;
  grpc::ServerAsyncReaderWriter<v1::StreamChangesResponse, v1::StreamChangesRequest> wire_{
      &context_};
  Event arrived_{*this, &StreamCall::OnArrived};
  Event read_{*this, &StreamCall::OnRead};
  Event written_{*this, &StreamCall::OnWritten};
  Event finished_{*this, &StreamCall::OnFinished};
  Event done_{*this, &StreamCall::OnDone};
  // Events that are still to come. Two from the start: that it is finished, and done.
  std::atomic<int> holds_{2};
  std::optional<CallRecord> record_;  // once it has come
  std::shared_ptr<ChangeStream> stream_;
  google::protobuf::Arena arena_;
  v1::StreamChangesRequest* request_ = nullptr;  // on the arena
};

}  // namespace

void AwaitStream(const StreamNeeds& needs, CompletionLoop& loop) { new StreamCall(needs, loop); }

}  // namespace inkwell::ingest
