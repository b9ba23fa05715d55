// bench-noop-server: the most that a gRPC server of this API can do. It reads and writes
// the same bytes as inkwell-ingest, has the same gRPC settings, and does nothing: on gRPC's
// callback API, as one would write it, or on the loop that ingest has its calls on.
#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include "absl/flags/flag.h"
#include "common/base/clock.h"
#include "common/base/proto_time.h"
#include "common/base/signals.h"
#include "common/server/flags.h"
#include "common/server/unary_call.h"
#include "inkwell/v1/comment_service.grpc.pb.h"
#include "tests/bench/serve.h"

ABSL_FLAG(std::string, api, "callback", "Of gRPC: callback, or async as ingest uses it");

namespace inkwell::bench {
namespace {

void Answer(const v1::CreateCommentRequest& request, v1::CreateCommentResponse& response) {
  v1::Comment& comment = *response.mutable_comment();
  comment = request.comment();
  if (comment.comment_id().empty()) {
    comment.set_comment_id("01890a5d-ac96-774b-bcce-b302099a8057");
  }
  *comment.mutable_create_time() = ToTimestamp(SystemClock().Now());
  *comment.mutable_update_time() = comment.create_time();
  response.set_durability(v1::DURABILITY_ENQUEUED);
}

class CallbackNoop final : public v1::CommentService::CallbackService {
 public:
  grpc::ServerUnaryReactor* CreateComment(grpc::CallbackServerContext* call,
                                          const v1::CreateCommentRequest* request,
                                          v1::CreateCommentResponse* response) override {
    Answer(*request, *response);
    auto* const reactor = call->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

class AsyncNoop final : public AsyncService {
 public:
  grpc::Service& service() override { return service_; }
  void Await(CompletionLoop& loop) override { CreateMethod::Call::Await(create_, loop); }

 private:
  using Service = v1::CommentService::AsyncService;
  using CreateMethod = UnaryMethod<v1::CreateCommentRequest, v1::CreateCommentResponse>;

  Service service_;
  const CreateMethod create_{std::bind_front(&Service::RequestCreateComment, &service_),
                             [](CreateMethod::Call& call) {
                               Answer(call.request(), call.response());
                               call.Finish(absl::OkStatus());
                             }};
};

int Serve() {
  const std::string api = absl::GetFlag(FLAGS_api);
  if (api == "callback") {
    CallbackNoop service;
    return ServeComments(service);
  }
  if (api == "async") {
    AsyncNoop service;
    return ServeComments(service);
  }
  fmt::print(stderr, "--api={}: expected callback or async\n", api);
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace inkwell::bench

int main(int argc, char** argv) {
  inkwell::BlockTerminationSignals();
  static_cast<void>(inkwell::ParseFlags(argc, argv, "Answers every CreateComment at once."));
  return inkwell::bench::Serve();
}
