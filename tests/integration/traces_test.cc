// Spans reach a collector, and chain a caller to the batch that wrote its comment to Postgres.

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <string>

#include "common/base/trace_context.h"
#include "tests/support/await.h"
#include "tests/support/certificate_authority.h"
#include "tests/support/free_port.h"
#include "tests/support/otlp_collector.h"
#include "tests/support/stack.h"
#include "tests/support/tcp_gate.h"
#include "tests/support/traceparents.h"

namespace inkwell::testing {
namespace {

namespace otlp = opentelemetry::proto::collector::trace::v1;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::VariantWith;

constexpr const char* kCreate = "inkwell.v1.CommentService/CreateComment";
constexpr const char* kBatch = "flush batch";

auto Text(const std::string& value) { return VariantWith<std::string>(value); }
auto Number(std::int64_t value) { return VariantWith<std::int64_t>(value); }

class Traces : public ::testing::Test {
 protected:
  ServiceProcess& AddFlusher(Flags flags = {}) {
    flags.insert(flags.end(), {"--schedule=@every 24h", "--flush_at_start=false"});
    return stack_.AddFlusher(flags);
  }
  Flags ToCollector() const { return {"--otlp_endpoint=" + collector_.Url()}; }

  static grpc::Status Call(const ServiceProcess& ingest, const v1::CreateCommentRequest& request,
                           const std::string& traceparent) {
    grpc::ClientContext context;
    context.set_deadline(PatientDeadline());
    if (!traceparent.empty()) context.AddMetadata("traceparent", traceparent);
    v1::CreateCommentResponse response;
    return v1::CommentService::NewStub(ingest.channel())
        ->CreateComment(&context, request, &response);
  }

  const std::string caller_{TraceContext::FromTraceparent(kSampled)->AsBytes()};
  const std::string caller_trace_ = caller_.substr(0, TraceContext::kTraceIdBytes);
  const std::string caller_span_ = caller_.substr(TraceContext::kTraceIdBytes);
  OtlpCollector collector_;
  Stack stack_;
};

TEST_F(Traces, LeadFromTheCallerToTheBatch) {
  auto& ingest = stack_.AddIngest(ToCollector());
  auto& flusher = AddFlusher(ToCollector());
  ASSERT_TRUE(Call(ingest, CreateOf(CommentId(1)), kSampled).ok());
  const auto call = collector_.AwaitSpan(kCreate);
  ASSERT_TRUE(call.has_value()) << ingest.Log();
  EXPECT_EQ(call->span.trace_id(), caller_trace_);
  EXPECT_EQ(call->span.parent_span_id(), caller_span_);
  EXPECT_EQ(call->span.kind(), otlp::SPAN_KIND_SERVER);
  EXPECT_LE(call->span.start_time_unix_nano(), call->span.end_time_unix_nano());
  EXPECT_THAT(call->attributes, AllOf(Contains(Pair("rpc.system", Text("grpc"))),
                                      Contains(Pair("rpc.method", Text("CreateComment"))),
                                      Contains(Pair("rpc.grpc.status_code", Number(0)))));
  EXPECT_THAT(call->resource,
              AllOf(Contains(Pair("service.name", Text("inkwell-ingest"))),
                    Contains(Key("service.version")), Contains(Key("service.instance.id"))));

  Flush(flusher);
  const auto batch = collector_.AwaitSpan(kBatch);
  ASSERT_TRUE(batch.has_value()) << flusher.Log();
  ASSERT_THAT(batch->span.links(), SizeIs(1));
  EXPECT_EQ(batch->span.links(0).trace_id(), caller_trace_);
  EXPECT_EQ(batch->span.links(0).span_id(), call->span.span_id());
  EXPECT_NE(batch->span.trace_id(), caller_trace_) << "it belongs to no one trace";
  EXPECT_EQ(batch->span.parent_span_id(), "");
  EXPECT_GE(batch->span.start_time_unix_nano(), call->span.start_time_unix_nano());
  EXPECT_LT(batch->span.start_time_unix_nano(), batch->span.end_time_unix_nano());
  EXPECT_THAT(batch->attributes, AllOf(Contains(Pair("inkwell.changes", Number(1))),
                                       Contains(Pair("inkwell.inserted", Number(1)))));
  EXPECT_THAT(batch->resource, Contains(Pair("service.name", Text("inkwell-flusher"))));
}

TEST_F(Traces, AreWholeIfOnlyTheFlusherExports) {
  auto& ingest = stack_.AddIngest();
  auto& flusher = AddFlusher(ToCollector());
  ASSERT_TRUE(Call(ingest, CreateOf(CommentId(1)), kSampled).ok());
  Flush(flusher);
  const auto batch = collector_.AwaitSpan(kBatch);
  ASSERT_TRUE(batch.has_value()) << flusher.Log();
  ASSERT_THAT(batch->span.links(), SizeIs(1));
  EXPECT_EQ(batch->span.links(0).trace_id(), caller_trace_);
  EXPECT_EQ(batch->span.links(0).span_id(), caller_span_);
}

TEST_F(Traces, ShowACallThatWasRefused) {
  auto& ingest = stack_.AddIngest(ToCollector());
  EXPECT_FALSE(Call(ingest, {}, kSampled).ok());
  const auto call = collector_.AwaitSpan(kCreate);
  ASSERT_TRUE(call.has_value());
  EXPECT_THAT(call->attributes,
              Contains(Pair("rpc.grpc.status_code", Number(grpc::StatusCode::INVALID_ARGUMENT))));
  EXPECT_EQ(call->span.status().code(), otlp::STATUS_CODE_UNSET) << "not the server's fault";
}

TEST_F(Traces, FollowTheCallersDecisionAndElseTheShare) {
  auto& ingest = stack_.AddIngest(ToCollector());
  ASSERT_TRUE(Call(ingest, CreateOf(CommentId(1)), kNotSampled).ok());
  ASSERT_TRUE(Call(ingest, CreateOf(CommentId(2)), "").ok());
  ASSERT_TRUE(Call(ingest, CreateOf(CommentId(3)), kSampled).ok());
  ASSERT_TRUE(collector_.AwaitSpan(kCreate).has_value());
  EXPECT_THAT(collector_.spans(), SizeIs(1)) << "had the others one, it would be here before";

  OtlpCollector all;
  auto& eager = stack_.AddIngest({"--otlp_endpoint=" + all.Url(), "--trace_sample_ratio=1"});
  ASSERT_TRUE(Call(eager, CreateOf(CommentId(4)), kNotSampled).ok());
  ASSERT_TRUE(Call(eager, CreateOf(CommentId(5)), "").ok());
  const auto root = all.AwaitSpan(kCreate);
  ASSERT_TRUE(root.has_value());
  EXPECT_NE(root->span.trace_id(), caller_trace_);
  EXPECT_EQ(root->span.parent_span_id(), "");
  EXPECT_THAT(all.spans(), SizeIs(1));
}

TEST_F(Traces, ShowBatchesAndStreams) {
  auto& ingest = stack_.AddIngest({ToCollector()[0], "--trace_sample_ratio=1"});
  CreateMany(ingest, 3);
  EXPECT_TRUE(collector_.AwaitSpan("inkwell.v1.CommentService/BatchCreateComments").has_value());
  grpc::ClientContext context;
  context.set_deadline(PatientDeadline());
  const auto stub = v1::CommentService::NewStub(ingest.channel());
  const auto stream = stub->StreamChanges(&context);
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_TRUE(collector_.AwaitSpan("inkwell.v1.CommentService/StreamChanges").has_value());
}

TEST_F(Traces, AreExportedToTheLastOne) {
  auto& ingest = stack_.AddIngest(ToCollector());
  auto& flusher = AddFlusher(ToCollector());
  ASSERT_TRUE(Call(ingest, CreateOf(CommentId(1)), kSampled).ok());
  for (auto* service : {&flusher, &ingest}) {  // its last flush is traced too
    service->Signal(SIGTERM);
    EXPECT_EQ(service->Wait(), 0) << service->Log();
  }
  EXPECT_TRUE(collector_.AwaitSpan(kCreate).has_value());
  EXPECT_TRUE(collector_.AwaitSpan(kBatch).has_value());
}

TEST_F(Traces, CanWaitForACollectorThatIsAway) {
  const int port = FreePort();
  auto& ingest = stack_.AddIngest({"--otlp_endpoint=http://127.0.0.1:" + std::to_string(port)});
  ASSERT_TRUE(Call(ingest, CreateOf(CommentId(1)), kSampled).ok());
  EXPECT_TRUE(Await([&] { return ingest.Log().find("exporting traces: ") != std::string::npos; }))
      << ingest.Log();
  const OtlpCollector late(port);
  int number = 1;
  EXPECT_TRUE(Await([&] {
    EXPECT_TRUE(Call(ingest, CreateOf(CommentId(++number)), kSampled).ok());
    return !late.spans().empty();
  })) << ingest.Log();
}

TEST_F(Traces, GoByTlsToACollectorOfAKnownCaAlone) {
  const CertificateAuthority ca;
  const OtlpCollector secure(0, ca.Issue("collector"));
  const Flags flags{"--redis=" + stack_.redis().Url(), "--otlp_endpoint=" + secure.Url()};
  ServiceProcess wary(IngestProgram(), flags);
  wary.Start();
  ASSERT_TRUE(wary.AwaitServing()) << wary.Log();
  ASSERT_TRUE(Call(wary, CreateOf(CommentId(1)), kSampled).ok());
  EXPECT_TRUE(Await([&] { return wary.Log().find("exporting traces: ") != std::string::npos; }))
      << wary.Log();
  EXPECT_THAT(secure.spans(), SizeIs(0));

  // OpenTelemetry's own variable, for a CA that the system does not know.
  ServiceProcess ingest(IngestProgram(), flags, {{"OTEL_EXPORTER_OTLP_CERTIFICATE", ca.cert()}});
  ingest.Start();
  ASSERT_TRUE(ingest.AwaitServing()) << ingest.Log();
  ASSERT_TRUE(Call(ingest, CreateOf(CommentId(2)), kSampled).ok());
  EXPECT_TRUE(secure.AwaitSpan(kCreate).has_value()) << ingest.Log();
}

// Not answering is worse than being away: it keeps who asks.
TEST_F(Traces, HoldNobodyUpIfTheCollectorHangs) {
  TcpGate gate(collector_.port());
  gate.Stall();
  const Flags flags{"--otlp_endpoint=http://127.0.0.1:" + std::to_string(gate.port())};
  auto& ingest = stack_.AddIngest(flags);
  auto& flusher = AddFlusher(flags);
  // More than are exported at a time.
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(Call(ingest, CreateOf(CommentId(i)), kSampled).ok());
  Flush(flusher);
  EXPECT_EQ(stack_.CountComments(), 2000);
  for (auto* service : {&ingest, &flusher}) {
    const auto started = std::chrono::steady_clock::now();
    service->Signal(SIGTERM);
    EXPECT_EQ(service->Wait(), 0) << service->Log();
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
  }
}

}  // namespace
}  // namespace inkwell::testing
