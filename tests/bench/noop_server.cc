// bench-noop-server: the most that a gRPC server of this API can do. It reads and writes
// the same bytes as inkwell-ingest, has the same gRPC settings, and does nothing.
#include "common/base/clock.h"
#include "common/base/proto_time.h"
#include "common/base/signals.h"
#include "common/server/flags.h"
#include "inkwell/v1/comment_service.grpc.pb.h"
#include "tests/bench/serve.h"

namespace inkwell::bench {
namespace {

class NoopService final : public v1::CommentService::CallbackService {
 public:
  grpc::ServerUnaryReactor* CreateComment(grpc::CallbackServerContext* call,
                                          const v1::CreateCommentRequest* request,
                                          v1::CreateCommentResponse* response) override {
    v1::Comment& comment = *response->mutable_comment();
    comment = request->comment();
    if (comment.comment_id().empty()) {
      comment.set_comment_id("01890a5d-ac96-774b-bcce-b302099a8057");
    }
    *comment.mutable_create_time() = ToTimestamp(clock_.Now());
    *comment.mutable_update_time() = comment.create_time();
    response->set_durability(v1::DURABILITY_ENQUEUED);
    auto* const reactor = call->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const SystemClock clock_;
};

}  // namespace
}  // namespace inkwell::bench

int main(int argc, char** argv) {
  inkwell::BlockTerminationSignals();
  static_cast<void>(inkwell::ParseFlags(argc, argv, "Answers every CreateComment at once."));
  inkwell::bench::NoopService service;
  return inkwell::bench::ServeComments(service);
}
