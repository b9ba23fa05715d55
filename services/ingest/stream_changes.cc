#include "services/ingest/stream_changes.h"

#include <google/protobuf/arena.h>

#include <memory>
#include <utility>

#include "common/server/grpc_status.h"

namespace inkwell::ingest {
namespace {

// Owned by gRPC, which ends it once the stream has finished.
class StreamCall final
    : public grpc::ServerBidiReactor<v1::StreamChangesRequest, v1::StreamChangesResponse>,
      public StreamWire {
 public:
  StreamCall(const CallContext& context, const grpc::CallbackServerContext& call, CallRecord record,
             OpenStreams& streams)
      : streams_(streams),
        record_(std::move(record)),
        stream_(std::make_shared<ChangeStream>(context, CallerDeadline(call), *this,
                                               StreamWindow::Limits{}, record_.trace())) {
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
    record_.End(status);
    Finish(ToGrpcStatus(status));
  }

  OpenStreams& streams_;
  const CallRecord record_;
  const std::shared_ptr<ChangeStream> stream_;
  google::protobuf::Arena arena_;
  v1::StreamChangesRequest* request_ = nullptr;  // on the arena
};

// Owned by gRPC too.
class RefusedStream final
    : public grpc::ServerBidiReactor<v1::StreamChangesRequest, v1::StreamChangesResponse> {
 public:
  explicit RefusedStream(const absl::Status& status) { Finish(ToGrpcStatus(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

grpc::ServerBidiReactor<v1::StreamChangesRequest, v1::StreamChangesResponse>* StartStreamChanges(
    const CallContext& context, const grpc::CallbackServerContext& call, CallRecord record,
    OpenStreams& streams) {
  return new StreamCall(context, call, std::move(record), streams);
}

grpc::ServerBidiReactor<v1::StreamChangesRequest, v1::StreamChangesResponse>* RefuseStream(
    const absl::Status& status) {
  return new RefusedStream(status);
}

}  // namespace inkwell::ingest
