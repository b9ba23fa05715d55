#include "common/server/otlp_tracing.h"

#include <fmt/core.h>
#include <opentelemetry/exporters/otlp/otlp_grpc_exporter_factory.h>
#include <opentelemetry/exporters/otlp/otlp_grpc_exporter_options.h>
#include <opentelemetry/sdk/common/global_log_handler.h>
#include <opentelemetry/sdk/resource/resource.h>
#include <opentelemetry/sdk/trace/batch_span_processor_factory.h>
#include <opentelemetry/sdk/trace/batch_span_processor_options.h>
#include <opentelemetry/sdk/trace/exporter.h>
#include <opentelemetry/sdk/trace/processor.h>
#include <opentelemetry/sdk/trace/tracer_provider.h>
#include <opentelemetry/sdk/trace/tracer_provider_factory.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>

#include "common/base/errors.h"
#include "common/base/random.h"
#include "common/server/repeated_warning.h"

namespace inkwell {
namespace {

namespace nostd = opentelemetry::nostd;
namespace otlp = opentelemetry::exporter::otlp;
namespace sdk = opentelemetry::sdk;
namespace trace = opentelemetry::trace;
using opentelemetry::common::AttributeValue;
using Attributes = std::vector<std::pair<nostd::string_view, AttributeValue>>;

// Spans gather for so long. The processor keeps 2048 of them and drops what comes beyond, so
// its own five seconds are much for a busy server.
constexpr std::chrono::milliseconds kExportInterval(1000);
// A collector that says nothing for so long has not got them.
constexpr std::chrono::seconds kExportTimeout(3);

nostd::string_view View(std::string_view text) { return {text.data(), text.size()}; }

trace::SpanContext ToSpanContext(const TraceContext& context) {
  using TraceIdBytes = nostd::span<const std::uint8_t, trace::TraceId::kSize>;
  using SpanIdBytes = nostd::span<const std::uint8_t, trace::SpanId::kSize>;
  const std::uint8_t* const ids = context.ids.data();
  return {trace::TraceId(TraceIdBytes(ids, trace::TraceId::kSize)),
          trace::SpanId(SpanIdBytes(ids + trace::TraceId::kSize, trace::SpanId::kSize)),
          trace::TraceFlags(trace::TraceFlags::kIsSampled), /*is_remote=*/true};
}

TraceContext ToTraceContext(const trace::SpanContext& span) {
  TraceContext context;
  const auto trace_id = span.trace_id().Id();
  const auto span_id = span.span_id().Id();
  std::copy(span_id.begin(), span_id.end(),
            std::copy(trace_id.begin(), trace_id.end(), context.ids.begin()));
  context.sampled = true;
  return context;
}

class OtlpSpan final : public Span {
 public:
  explicit OtlpSpan(nostd::shared_ptr<trace::Span> span) : span_(std::move(span)) {}
  ~OtlpSpan() override { span_->End(); }

  TraceContext context() const override { return ToTraceContext(span_->GetContext()); }
  void SetStatus(const absl::Status& status) override {
    span_->SetAttribute("rpc.grpc.status_code", static_cast<int>(status.code()));
    if (IsServersFault(status.code())) {
      span_->SetStatus(trace::StatusCode::kError, std::string(status.message()));
    }
  }

 private:
  const nostd::shared_ptr<trace::Span> span_;
};

class OtlpTracer final : public Tracer {
 public:
  OtlpTracer(std::unique_ptr<sdk::trace::SpanExporter> exporter,
             const sdk::resource::Resource& resource, double sample_ratio);
  ~OtlpTracer() override;

  std::unique_ptr<Span> StartCall(std::string_view service, std::string_view method,
                                  const std::optional<TraceContext>& caller) override;
  void Record(const FinishedSpan& span) override;

 private:
  // Whether to trace what is part of nobody's trace.
  [[nodiscard]] bool SampleRoot() const {
    if (sample_ratio_ <= 0) return false;
    constexpr double kAll = 18446744073709551616.0;  // 2^64
    return static_cast<double>(Random64()) < sample_ratio_ * kAll;
  }

  const double sample_ratio_;
  const std::unique_ptr<sdk::trace::TracerProvider> provider_;
  const nostd::shared_ptr<trace::Tracer> tracer_;
};

std::unique_ptr<sdk::trace::TracerProvider> MakeProvider(
    std::unique_ptr<sdk::trace::SpanExporter> exporter, const sdk::resource::Resource& resource) {
  sdk::trace::BatchSpanProcessorOptions options;
  options.schedule_delay_millis = kExportInterval;
  return sdk::trace::TracerProviderFactory::Create(
      sdk::trace::BatchSpanProcessorFactory::Create(std::move(exporter), options), resource);
}

OtlpTracer::OtlpTracer(std::unique_ptr<sdk::trace::SpanExporter> exporter,
                       const sdk::resource::Resource& resource, double sample_ratio)
    : sample_ratio_(sample_ratio),
      provider_(MakeProvider(std::move(exporter), resource)),
      tracer_(provider_->GetTracer("inkwell", INKWELL_VERSION)) {}

// The provider's own shutdown exports what is left in pieces, each of which may take as long as
// a collector that hangs lets it. A forced flush exports it in one.
OtlpTracer::~OtlpTracer() { provider_->ForceFlush(kExportTimeout); }

std::unique_ptr<Span> OtlpTracer::StartCall(std::string_view service, std::string_view method,
                                            const std::optional<TraceContext>& caller) {
  if (caller ? !caller->sampled : !SampleRoot()) return nullptr;
  trace::StartSpanOptions options;
  options.kind = trace::SpanKind::kServer;
  if (caller) options.parent = ToSpanContext(*caller);
  const Attributes attributes{
      {"rpc.system", "grpc"}, {"rpc.service", View(service)}, {"rpc.method", View(method)}};
  return std::make_unique<OtlpSpan>(
      tracer_->StartSpan(fmt::format("{}/{}", service, method), attributes, options));
}

void OtlpTracer::Record(const FinishedSpan& span) {
  if (span.links.empty() && !SampleRoot()) return;
  trace::StartSpanOptions options;
  options.kind = trace::SpanKind::kConsumer;
  options.start_system_time = std::chrono::system_clock::time_point(span.start);
  const SteadyTime now = std::chrono::steady_clock::now();
  options.start_steady_time = now - span.duration;
  trace::EndSpanOptions end;
  end.end_steady_time = now;
  Attributes attributes;
  for (const auto& [name, value] : span.attributes) attributes.emplace_back(name, value);
  std::vector<std::pair<trace::SpanContext, Attributes>> links;
  for (const auto& link : span.links) links.emplace_back(ToSpanContext(link), Attributes{});
  const auto recorded = tracer_->StartSpan(View(span.name), attributes, links, options);
  if (!span.status.ok()) {
    recorded->SetStatus(trace::StatusCode::kError, std::string(span.status.message()));
  }
  recorded->End(end);
}

// The library's own log, as lines of ours.
class LibraryLog final : public sdk::common::internal_log::LogHandler {
 public:
  void Handle(sdk::common::internal_log::LogLevel /*level*/, const char* /*file*/, int /*line*/,
              const char* message,
              const sdk::common::AttributeMap& /*attributes*/) noexcept override {
    warning_.Report(fmt::format("exporting traces: {}", message));
  }

 private:
  RepeatedWarning warning_;
};

sdk::resource::Resource ThisProcess(std::string_view service) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return sdk::resource::Resource::Create(
      {{"service.name", std::string(service)},
       {"service.version", std::string(INKWELL_VERSION)},
       {"service.instance.id", fmt::format("{}:{}", host.data(), ::getpid())}});
}

}  // namespace

bool CanExportTraces() { return true; }

std::unique_ptr<Tracer> MakeTracer(const TracingOptions& options, std::string_view service) {
  if (options.endpoint_url.empty()) return nullptr;
  using sdk::common::internal_log::GlobalLogHandler;
  GlobalLogHandler::SetLogHandler(
      nostd::shared_ptr<sdk::common::internal_log::LogHandler>(new LibraryLog));

  otlp::OtlpGrpcExporterOptions exporter;
  exporter.endpoint = options.endpoint_url;
  exporter.use_ssl_credentials = options.endpoint_url.starts_with("https:");
  exporter.timeout = kExportTimeout;
  spdlog::info(
      "exporting traces to {}: those of callers, and a share of {} of what is part of none",
      options.endpoint_url, options.sample_ratio);
  return std::make_unique<OtlpTracer>(otlp::OtlpGrpcExporterFactory::Create(exporter),
                                      ThisProcess(service), options.sample_ratio);
}

}  // namespace inkwell
