// Server reflection, as grpcurl uses it: a service that is listed but can't be described
// breaks it.

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

namespace reflection = grpc::reflection::v1alpha;
using ::testing::IsSupersetOf;

// One call of the reflection service.
class ReflectionClient {
 public:
  explicit ReflectionClient(const ServiceProcess& server)
      : stub_(reflection::ServerReflection::NewStub(server.channel())) {
    context_.set_deadline(PatientDeadline());
    stream_ = stub_->ServerReflectionInfo(&context_);
  }

  std::vector<std::string> ListServices() {
    reflection::ServerReflectionRequest request;
    request.set_list_services("*");
    std::vector<std::string> names;
    const auto response = Ask(request);
    for (const auto& service : response.list_services_response().service()) {
      names.push_back(service.name());
    }
    return names;
  }

  // Whether one of the files that the server has for `symbol` declares that service.
  bool Describes(const std::string& symbol) {
    reflection::ServerReflectionRequest request;
    request.set_file_containing_symbol(symbol);
    const auto response = Ask(request);
    const auto& files = response.file_descriptor_response().file_descriptor_proto();
    return std::any_of(files.begin(), files.end(), [&symbol](const std::string& bytes) {
      google::protobuf::FileDescriptorProto file;
      if (!file.ParseFromString(bytes)) return false;
      return std::any_of(file.service().begin(), file.service().end(), [&](const auto& service) {
        return file.package() + "." + service.name() == symbol;
      });
    });
  }

 private:
  reflection::ServerReflectionResponse Ask(const reflection::ServerReflectionRequest& request) {
    reflection::ServerReflectionResponse response;
    EXPECT_TRUE(stream_->Write(request) && stream_->Read(&response));
    return response;
  }

  std::unique_ptr<reflection::ServerReflection::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<reflection::ServerReflectionRequest,
                                           reflection::ServerReflectionResponse>>
      stream_;
};

void ExpectAllDescribed(const ServiceProcess& server, const std::string& ours) {
  ReflectionClient client(server);
  const auto services = client.ListServices();
  EXPECT_THAT(services, IsSupersetOf({ours, std::string("grpc.health.v1.Health"),
                                      std::string("grpc.reflection.v1alpha.ServerReflection")}));
  for (const auto& service : services) EXPECT_TRUE(client.Describes(service)) << service;
}

TEST(ReflectionTest, DescribesEveryServiceThatItLists) {
  Stack stack;
  ExpectAllDescribed(stack.AddIngest(), "inkwell.v1.CommentService");
  ExpectAllDescribed(stack.AddFlusher(), "inkwell.v1.FlusherService");
}

}  // namespace
}  // namespace inkwell::testing
