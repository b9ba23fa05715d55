// Server reflection, as grpcurl uses it: a service that is listed but can't be described
// breaks it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/integration/reflection_client.h"
#include "tests/support/stack.h"

namespace inkwell::testing {
namespace {

using ::testing::IsSupersetOf;

void ExpectAllDescribed(const ServiceProcess& server, const std::string& ours) {
  ReflectionClient client(server.channel());
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
