#include "common/server/tls_watch.h"

#include <fmt/core.h>
#include <prometheus/metric_family.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <string>

#include "common/base/sleep.h"

namespace inkwell {
namespace {

using prometheus::MetricFamily;

MetricFamily Gauge(const char* name, const char* help, double value) {
  prometheus::ClientMetric metric;
  metric.gauge.value = value;
  return {name, help, prometheus::MetricType::Gauge, {metric}};
}

}  // namespace

void TlsWatch::Start(const TlsFiles& files) {
  if (!files.on()) return;
  Look(files);
  thread_ = std::jthread([this, files](const std::stop_token& stop) {
    while (SleepFor(stop, files.reload_interval)) Look(files);
  });
}

void TlsWatch::Look(const TlsFiles& files) {
  const auto looked = CheckTlsFiles(files, SystemClock().Now());
  {
    MutexLock lock(mutex_);
    if (last_ && looked == *last_) return;
    last_ = looked;
    if (looked.ok()) valid_until_ = *looked;
  }
  if (looked.ok()) {
    spdlog::info("serving TLS; the certificate is valid until {}", ToUtcText(*looked));
  } else {
    spdlog::error("{}; until that is mended, new connections may fail",
                  std::string(looked.status().message()));
  }
}

std::vector<MetricFamily> TlsWatch::Collect() const {
  MutexLock lock(mutex_);
  if (!last_) return {};
  const std::chrono::duration<double> valid_until = valid_until_.time_since_epoch();
  return {Gauge("inkwell_tls_certificate_expiry_timestamp_seconds",
                "When the first certificate of --tls_cert ends; of the last files that were good.",
                valid_until.count()),
          Gauge("inkwell_tls_last_reload_successful",
                "Whether the TLS files were good when they were read last.", last_->ok() ? 1 : 0)};
}

}  // namespace inkwell
