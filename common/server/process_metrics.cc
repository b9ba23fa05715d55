#include "common/server/process_metrics.h"

#include <prometheus/metric_family.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>

namespace inkwell {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

// Of /proc/self/stat, as proc(5) numbers its fields.
constexpr int kUserTicks = 14;
constexpr int kSystemTicks = 15;
constexpr int kStartTicks = 22;
constexpr int kVirtualBytes = 23;
constexpr int kResidentPages = 24;

std::vector<std::string> ReadStat() {
  std::ifstream file("/proc/self/stat");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  // The second field is the program's name in brackets, with whatever characters it has.
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream rest(text.substr(name_end + 1));
  std::vector<std::string> fields{"", "", ""};
  fields.insert(fields.end(), std::istream_iterator<std::string>(rest), {});
  return fields;
}

// When the machine was started, in seconds since 1970.
std::optional<double> ReadBootTime() {
  std::ifstream file("/proc/stat");
  std::string key;
  while (file >> key) {
    double value = 0;
    if (key == "btime" && file >> value) return value;
    std::getline(file, key);
  }
  return std::nullopt;
}

std::optional<double> CountOpenFiles() {
  std::error_code error;
  std::filesystem::directory_iterator entries("/proc/self/fd", error);
  if (error) return std::nullopt;
  // The one that it reads the folder by is not ours.
  return static_cast<double>(std::distance(begin(entries), end(entries)) - 1);
}

void Add(std::vector<MetricFamily>& families, const char* name, const char* help, MetricType type,
         double value) {
  prometheus::ClientMetric metric;
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  families.push_back({name, help, type, {metric}});
}

void AddStat(std::vector<MetricFamily>& families) {
  const auto fields = ReadStat();
  if (fields.size() <= kResidentPages) return;
  const auto field = [&fields](int number) {
    return std::stod(fields[static_cast<std::size_t>(number)]);
  };
  const auto ticks_a_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  Add(families, "process_cpu_seconds_total", "User and system time of this process.",
      MetricType::Counter, (field(kUserTicks) + field(kSystemTicks)) / ticks_a_second);
  Add(families, "process_virtual_memory_bytes", "Address space of this process.", MetricType::Gauge,
      field(kVirtualBytes));
  Add(families, "process_resident_memory_bytes", "Memory that this process has in RAM.",
      MetricType::Gauge, field(kResidentPages) * static_cast<double>(sysconf(_SC_PAGESIZE)));
  if (const auto boot_time = ReadBootTime()) {
    Add(families, "process_start_time_seconds", "When this process was started.", MetricType::Gauge,
        *boot_time + field(kStartTicks) / ticks_a_second);
  }
}

}  // namespace

std::vector<MetricFamily> ProcessMetrics::Collect() const {
  std::vector<MetricFamily> families;
  AddStat(families);
  if (const auto open_files = CountOpenFiles()) {
    Add(families, "process_open_fds", "File descriptors that this process has open.",
        MetricType::Gauge, *open_files);
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    Add(families, "process_max_fds", "File descriptors that this process may have open.",
        MetricType::Gauge, static_cast<double>(limit.rlim_cur));
  }
  return families;
}

}  // namespace inkwell
