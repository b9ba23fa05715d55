#include "services/ingest/stream_changes.h"

#include <google/protobuf/arena.h>

#include <memory>

#include "common/server/grpc_status.h"
#include "services/ingest/call_trace.h"

namespace inkwell::ingest {
namespace {

// Owned by gRPC, which ends it once the stream has finished.
class StreamCall final
    : public grpc::ServerBidiReactor<v1::StreamChangesRequest, v1::StreamChangesResponse>,
      public StreamWire {
 public:
  StreamCall(const CallContext& context, const grpc::CallbackServerContext& call,
             OpenStreams& streams)
      : streams_(streams),
        trace_(ContinueTrace(context.tracer, call, "StreamChanges")),
        stream_(std::make_shared<ChangeStream>(context, CallerDeadline(call), *this,
                                               StreamWindow::Limits{}, trace_.context)) {
    streams_.Enter(stream_);
    stream_->Start();
  }

  void OnReadDone(bool ok) override {
    if (ok) {
      stream_->OnRead(*request_);
    } else {
      stream_->OnReadsEnd();
    }
  }
  void OnWriteDone(bool ok) override {
    if (!ok) stream_->OnGone();
    stream_->OnWritten();
  }
  void OnCancel() override { stream_->OnGone(); }
  void OnDone() override {
    streams_.Leave(stream_);
    delete this;
  }

 private:
  // On an arena: a message has thousands of parts, and half the work was in malloc.
  void Read() override {
    arena_.Reset();
    request_ = google::protobuf::Arena::CreateMessage<v1::StreamChangesRequest>(&arena_);
    StartRead(request_);
  }
  void Write(const v1::StreamChangesResponse& response) override { StartWrite(&response); }
  void End(const absl::Status& status) override {
    if (trace_.span != nullptr) trace_.span->SetStatus(status);
    Finish(ToGrpcStatus(status));
  }

  OpenStreams& streams_;
  const CallTrace trace_;
  const std::shared_ptr<ChangeStream> stream_;
  google::protobuf::Arena arena_;
  v1::StreamChangesRequest* request_ = nullptr;  // on the arena
};

}  // namespace

grpc::ServerBidiReactor<v1::StreamChangesRequest, v1::StreamChangesResponse>* StartStreamChanges(
    const CallContext& context, const grpc::CallbackServerContext& call, OpenStreams& streams) {
  return new StreamCall(context, call, streams);
}

}  // namespace inkwell::ingest
