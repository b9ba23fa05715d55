#include "tests/support/otlp_collector.h"

#include <fmt/core.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/support/await.h"

namespace inkwell::testing {

namespace otlp = opentelemetry::proto::collector::trace::v1;

namespace {

Attributes ToAttributes(const google::protobuf::RepeatedPtrField<otlp::KeyValue>& pairs) {
  Attributes attributes;
  for (const auto& pair : pairs) {
    if (pair.value().has_int_value()) {
      attributes[pair.key()] = pair.value().int_value();
    } else {
      attributes[pair.key()] = pair.value().string_value();
    }
  }
  return attributes;
}

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::shared_ptr<grpc::ServerCredentials> MakeCredentials(
    const std::optional<CertificateAuthority::Issued>& certificate) {
  if (!certificate) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({Read(certificate->key), Read(certificate->cert)});
  return grpc::SslServerCredentials(options);
}

}  // namespace

class OtlpCollector::Service final : public otlp::TraceService::Service {
 public:
  grpc::Status Export(grpc::ServerContext* /*context*/,
                      const otlp::ExportTraceServiceRequest* request,
                      otlp::ExportTraceServiceResponse* /*response*/) override {
    MutexLock lock(mutex_);
    for (const auto& process : request->resource_spans()) {
      const Attributes resource = ToAttributes(process.resource().attributes());
      for (const auto& scope : process.scope_spans()) {
        for (const auto& span : scope.spans()) {
          spans_.push_back({span, ToAttributes(span.attributes()), resource});
        }
      }
    }
    return grpc::Status::OK;
  }

  std::vector<ExportedSpan> spans() const {
    MutexLock lock(mutex_);
    return spans_;
  }

 private:
  mutable Mutex mutex_;
  std::vector<ExportedSpan> spans_ INK_GUARDED_BY(mutex_);
};

OtlpCollector::OtlpCollector(int port,
                             const std::optional<CertificateAuthority::Issued>& certificate)
    : service_(std::make_unique<Service>()), tls_(certificate.has_value()) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort(fmt::format("127.0.0.1:{}", port), MakeCredentials(certificate), &port_);
  builder.RegisterService(service_.get());
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port_ == 0) throw std::runtime_error("the collector can't listen");
}

OtlpCollector::~OtlpCollector() { server_->Shutdown(std::chrono::system_clock::now()); }

std::string OtlpCollector::Url() const {
  return fmt::format("{}://127.0.0.1:{}", tls_ ? "https" : "http", port_);
}

std::vector<ExportedSpan> OtlpCollector::spans() const { return service_->spans(); }

std::optional<ExportedSpan> OtlpCollector::AwaitSpan(const std::string& name) const {
  std::optional<ExportedSpan> found;
  (void)Await([&] {
    for (const auto& exported : spans()) {
      if (exported.span.name() == name && !found) found = exported;
    }
    return found.has_value();
  });
  return found;
}

}  // namespace inkwell::testing
