// A stand-in for OpenTelemetry's collector: takes spans by OTLP over gRPC, and keeps them.
#pragma once

#include <grpcpp/server.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/base/mutex.h"
#include "tests/support/certificate_authority.h"
#include "tests/support/otlp_collector.grpc.pb.h"

namespace inkwell::testing {

using Attributes = std::map<std::string, std::variant<std::string, std::int64_t>>;

struct ExportedSpan {
  opentelemetry::proto::collector::trace::v1::Span span;
  Attributes attributes;
  Attributes resource;  // of the process that it came from
};

// Thread-safe.
class OtlpCollector {
 public:
  // Listens on this loopback port; 0: a free one. By TLS if it has a certificate. Throws if it
  // can't.
  explicit OtlpCollector(int port = 0,
                         const std::optional<CertificateAuthority::Issued>& certificate = {});
  ~OtlpCollector();

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string Url() const;  // "http://127.0.0.1:port", or https

  [[nodiscard]] std::vector<ExportedSpan> spans() const;
  // Waits for the first span of that name; nullopt if it does not come.
  [[nodiscard]] std::optional<ExportedSpan> AwaitSpan(const std::string& name) const;

 private:
  class Service;

  const std::unique_ptr<Service> service_;
  const bool tls_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace inkwell::testing
