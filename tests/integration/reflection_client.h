// A client of server reflection for tests.
#pragma once

#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "tests/support/service_process.h"

namespace inkwell::testing {

// One call of the reflection service.
class ReflectionClient {
 public:
  explicit ReflectionClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(grpc::reflection::v1alpha::ServerReflection::NewStub(channel)) {
    context_.set_deadline(PatientDeadline());
    stream_ = stub_->ServerReflectionInfo(&context_);
  }

  std::vector<std::string> ListServices() {
    grpc::reflection::v1alpha::ServerReflectionRequest request;
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
    grpc::reflection::v1alpha::ServerReflectionRequest request;
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
  grpc::reflection::v1alpha::ServerReflectionResponse Ask(
      const grpc::reflection::v1alpha::ServerReflectionRequest& request) {
    grpc::reflection::v1alpha::ServerReflectionResponse response;
    EXPECT_TRUE(stream_->Write(request) && stream_->Read(&response));
    return response;
  }

  std::unique_ptr<grpc::reflection::v1alpha::ServerReflection::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<grpc::reflection::v1alpha::ServerReflectionRequest,
                                           grpc::reflection::v1alpha::ServerReflectionResponse>>
      stream_;
};

}  // namespace inkwell::testing
