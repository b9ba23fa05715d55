// inkwell-load: puts load on inkwell-ingest and measures what comes back.
#include <fmt/core.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "common/base/signals.h"
#include "tests/load/acknowledged_log.h"
#include "tests/load/feed.h"
#include "tests/load/loop.h"
#include "tests/load/options.h"
#include "tests/load/progress.h"
#include "tests/load/report.h"
#include "tests/load/source.h"
#include "tests/load/stream_loop.h"

namespace inkwell::load {
namespace {

constexpr int kAllAcknowledged = 0;
constexpr int kNotAllAcknowledged = 1;
constexpr int kBadFlags = 2;

void Complain(std::string_view what) { fmt::print(stderr, "inkwell-load: {}\n", what); }

using Stubs = std::vector<std::unique_ptr<v1::CommentService::Stub>>;

// Empty if no such file was asked for, or if it can't be read.
std::string ServiceConfigOf(const Options& options) {
  if (options.service_config.empty()) return {};
  std::ifstream file(options.service_config);
  return {std::istreambuf_iterator<char>(file), {}};
}

Stubs Connect(const Options& options, const std::string& service_config) {
  grpc::ChannelArguments arguments;
  // Else channels to the same target share one connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (service_config.empty()) {
    // What fails is counted, and retried only by us.
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  } else {
    arguments.SetServiceConfigJSON(service_config);
  }
  // A server that comes back is found soon; gRPC's own backoff grows to minutes.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  Stubs stubs;
  for (std::int64_t i = 0; i < options.channels; ++i) {
    stubs.push_back(v1::CommentService::NewStub(
        grpc::CreateCustomChannel(options.target, grpc::InsecureChannelCredentials(), arguments)));
  }
  return stubs;
}

void RunLoop(const Options& options, const Stubs& stubs, Feed& feed, Tally& tally,
             AcknowledgedLog& log, const std::stop_token& stop) {
  if (options.stream > 0) {
    RunStreams({options.streams, options.stream, options.window, options.timeout}, stubs, feed,
               tally, log);
    return;
  }
  Call::Options call_options;
  call_options.batch = options.batch > 0;
  call_options.timeout = options.timeout;
  if (options.retry) call_options.retry_for = options.retry_for;
  const MakeCall make_call = [&](std::int64_t index, Call::Done done) {
    auto* const stub = stubs[static_cast<std::size_t>(index) % stubs.size()].get();
    return std::make_unique<Call>(stub, call_options, &tally, &log, std::move(done), stop);
  };
  const LoopOptions loop_options{options.outstanding, std::max<std::int64_t>(options.batch, 1)};
  if (options.rate > 0) {
    RunOpenLoop(loop_options, options.rate, make_call, feed, tally, stop);
  } else {
    RunClosedLoop(loop_options, make_call, feed);
  }
}

// Why the run did not do all that was asked; empty if it did.
std::string Shortfall(const Result& result, std::optional<std::int64_t> total, bool interrupted) {
  const Totals& totals = result.totals;
  if (totals.acknowledged < totals.sent) {
    std::string text =
        fmt::format("{} of {} comments were not acknowledged",
                    Grouped(totals.sent - totals.acknowledged), Grouped(totals.sent));
    for (const auto& [code, failure] : totals.failed) text += "; " + Describe(code, failure);
    return text;
  }
  if (interrupted && total && totals.sent < *total) {
    return fmt::format("stopped by a signal when {} of {} comments were sent", Grouped(totals.sent),
                       Grouped(*total));
  }
  if (totals.sent == 0) return "no comment was sent";
  return {};
}

int Run(const Options& options, std::unique_ptr<Source> source) {
  const std::string service_config = ServiceConfigOf(options);
  if (service_config.empty() && !options.service_config.empty()) {
    Complain(
        fmt::format("--service_config={}: can't be read, or is empty", options.service_config));
    return kBadFlags;
  }
  auto log = AcknowledgedLog::Create(options.acknowledged_file);
  if (!log.ok()) {
    Complain(std::string(log.status().message()));
    return kBadFlags;
  }
  BlockTerminationSignals();
  std::stop_source interruption;
  std::jthread signal_watch([&interruption] {
    AwaitTermination();
    interruption.request_stop();
  });

  const Stubs stubs = Connect(options, service_config);
  Tally tally;
  const auto start = std::chrono::steady_clock::now();
  Feed::Options feed_options;
  if (options.count > 0) feed_options.count = options.count;
  if (options.duration.count() > 0) feed_options.end = start + options.duration;
  feed_options.give_ids = options.client_ids;
  Feed feed(std::move(source), feed_options, interruption.get_token());
  {
    const Progress progress({options.progress, feed.Total(), options.duration}, &tally);
    RunLoop(options, stubs, feed, tally, **log, interruption.get_token());
  }
  const Result result{tally.Snapshot(), std::chrono::steady_clock::now() - start, options.rate > 0};
  const bool interrupted = interruption.stop_requested();
  if (!interrupted) RequestTermination();  // lets signal_watch end

  const bool json = options.format == ReportFormat::kJson;
  fmt::print("{}", json ? JsonReport(result) : TextReport(result));
  std::string shortfall = Shortfall(result, feed.Total(), interrupted);
  if (const auto closed = (*log)->Close(); !closed.ok()) {
    shortfall = std::string(closed.message());
  }
  if (shortfall.empty()) return kAllAcknowledged;
  Complain(shortfall);
  return kNotAllAcknowledged;
}

int Main(int argc, const char* const* argv) {
  Options options;
  const auto errors = ParseOptions(argc, argv, options);
  if (options.help) {
    fmt::print("{}", HelpText());
    return kAllAcknowledged;
  }
  for (const auto& error : errors) Complain(error);
  if (!errors.empty()) return kBadFlags;
  if (options.input.empty()) return Run(options, Generate(options.generator));

  auto source = ReadJsonLines(options.input, options.repeat);
  if (!source.ok()) {
    Complain(std::string(source.status().message()));
    return kBadFlags;
  }
  return Run(options, *std::move(source));
}

}  // namespace
}  // namespace inkwell::load

int main(int argc, char** argv) { return inkwell::load::Main(argc, argv); }
