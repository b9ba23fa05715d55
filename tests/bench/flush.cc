// bench-flush: asks a flusher to drain all that is pending, and tells how long that took
// and what became of the changes.
#include <fmt/core.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/flags/flag.h"
#include "common/server/flags.h"
#include "inkwell/v1/flusher_service.grpc.pb.h"

ABSL_FLAG(std::string, target, "", "inkwell-flusher's host:port");

namespace inkwell::bench {
namespace {

int Flush() {
  const auto stub = v1::FlusherService::NewStub(
      grpc::CreateChannel(absl::GetFlag(FLAGS_target), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(10));
  v1::FlushResponse response;
  const grpc::Status status = stub->Flush(&context, {}, &response);
  if (!status.ok()) {
    fmt::print(stderr, "bench-flush: {}\n", status.error_message());
    return EXIT_FAILURE;
  }
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(response, &json, options).ok()) {
    return EXIT_FAILURE;
  }
  fmt::print("{}\n", json);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace inkwell::bench

int main(int argc, char** argv) {
  static_cast<void>(inkwell::ParseFlags(argc, argv, "Calls FlusherService.Flush once."));
  return inkwell::bench::Flush();
}
