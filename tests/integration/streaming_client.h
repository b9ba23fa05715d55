// A client of StreamChanges for tests.
#pragma once

#include <fmt/core.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <cstdint>
#include <map>
#include <memory>
#include <thread>

#include "common/base/mutex.h"
#include "inkwell/v1/comment_service.grpc.pb.h"
#include "tests/support/await.h"
#include "tests/support/service_process.h"

namespace inkwell::testing {

// A client whose own buffers for results are as small as can be: gRPC's grow with the speed of
// the connection, to megabytes.
inline std::shared_ptr<grpc::Channel> TightChannelTo(const ServiceProcess& ingest) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 65535);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(fmt::format("127.0.0.1:{}", ingest.port()),
                                   grpc::InsecureChannelCredentials(), arguments);
}

// One stream. It reads on a thread of its own, from when it is told to. Thread-compatible, but
// for Send, Vanish and the results.
class StreamingClient {
 public:
  explicit StreamingClient(const ServiceProcess& ingest) : StreamingClient(ingest.channel()) {}
  explicit StreamingClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::CommentService::NewStub(channel)), stream_(stub_->StreamChanges(&context_)) {}
  ~StreamingClient() { context_.TryCancel(); }

  void BeginReading() {
    reader_ = std::jthread([this] {
      v1::StreamChangesResponse response;
      while (stream_->Read(&response)) {
        MutexLock lock(mutex_);
        for (const auto& tagged : response.results()) {
          results_.emplace(tagged.tag(), tagged.result());
        }
      }
    });
  }

  // False once the stream has ended.
  bool Send(const v1::StreamChangesRequest& message) { return stream_->Write(message); }
  void HalfClose() { stream_->WritesDone(); }
  void Vanish() { context_.TryCancel(); }

  // Requires BeginReading.
  grpc::Status AwaitEnd() {
    reader_.join();
    return stream_->Finish();
  }
  bool AwaitResults(std::size_t count) {
    return Await([&] { return results().size() >= count; });
  }
  std::multimap<std::int64_t, v1::ChangeResult> results() const {
    MutexLock lock(mutex_);
    return results_;
  }

 private:
  const std::unique_ptr<v1::CommentService::Stub> stub_;
  grpc::ClientContext context_;
  const std::unique_ptr<
      grpc::ClientReaderWriter<v1::StreamChangesRequest, v1::StreamChangesResponse>>
      stream_;
  mutable Mutex mutex_;
  std::multimap<std::int64_t, v1::ChangeResult> results_ INK_GUARDED_BY(mutex_);
  std::jthread reader_;
};

}  // namespace inkwell::testing
