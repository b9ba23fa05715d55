#include "common/server/process_metrics.h"

#include <gtest/gtest.h>
#include <prometheus/metric_family.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <string>

namespace inkwell {
namespace {

std::map<std::string, double> Values() {
  std::map<std::string, double> values;
  for (const auto& family : ProcessMetrics().Collect()) {
    const auto& metric = family.metric.at(0);
    values[family.name] =
        family.type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value;
  }
  return values;
}

TEST(ProcessMetrics, AreOfThisProcess) {
  auto values = Values();
  const auto now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch());
  EXPECT_NEAR(values["process_start_time_seconds"], now.count(), 600);
  EXPECT_GT(values["process_resident_memory_bytes"], 1 << 20);
  EXPECT_GT(values["process_virtual_memory_bytes"], values["process_resident_memory_bytes"]);
  EXPECT_GT(values["process_max_fds"], values["process_open_fds"]);
  EXPECT_EQ(values.count("process_cpu_seconds_total"), 1U);
}

TEST(ProcessMetrics, CountOpenFiles) {
  const double before = Values()["process_open_fds"];
  const int file = dup(0);
  EXPECT_EQ(Values()["process_open_fds"], before + 1);
  close(file);
  EXPECT_EQ(Values()["process_open_fds"], before);
}

}  // namespace
}  // namespace inkwell
