#include "services/flusher/flusher.h"

#include <utility>

#include "common/server/otlp_tracing.h"
#include "common/server/pages.h"
#include "services/flusher/prepare_schema.h"
#include "services/flusher/workers.h"

namespace inkwell::flusher {
namespace {

enum Need : std::size_t { kSchema, kRedis, kPostgres };

std::vector<absl::Status> NothingYet() {
  return {absl::UnavailableError("the database's schema is not prepared yet"),
          absl::UnavailableError("Redis is not reachable"),
          absl::UnavailableError("Postgres is not reachable, or takes no writes")};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Flusher>> Flusher::Start(const Settings& settings,
                                                        const OnFatal& on_fatal) {
  if (auto status = queue::CheckOptions(settings.queue); !status.ok()) return status;
  auto callers = CallerCheck::Create(settings.server.auth, Role::kOperator);
  if (!callers.ok()) return callers.status();
  auto stores = MakeStores(settings);
  if (!stores.ok()) return stores.status();
  std::unique_ptr<Flusher> self(
      new Flusher(settings, *std::move(callers), *std::move(stores), on_fatal));
  if (auto status = self->Listen(); !status.ok()) return status;
  self->watch_.Start();
  self->database_watch_.Start();
  self->pause_thread_.Start();
  self->dead_letter_thread_.Start();
  // On a thread of its own, since the database may be away for as long as it likes.
  self->starter_ =
      std::jthread([raw = self.get()](const std::stop_token& stop) { raw->Begin(stop); });
  return self;
}

absl::StatusOr<Flusher::Stores> Flusher::MakeStores(const Settings& settings) {
  Stores stores;
  auto workers = MakeWorkers(settings);
  if (!workers.ok()) return workers.status();
  stores.workers = *std::move(workers);
  auto store = PostgresStore::Create(settings.store);
  if (!store.ok()) return store.status();
  stores.for_operators = *std::move(store);
  return stores;
}

Flusher::Flusher(const Settings& settings, CallerCheck callers, Stores stores,
                 const OnFatal& on_fatal)
    : settings_(settings),
      callers_(std::move(callers)),
      tracer_(MakeTracer(settings.tracing, "inkwell-flusher")),
      grpc_metrics_(*v1::FlushRequest::descriptor()->file()->service(0)),
      readiness_(NothingYet()),
      loop_(settings.schedule,
            std::make_unique<FlushRun>(std::move(stores.workers), settings.batch, settings.backoff,
                                       clock_, flush_metrics_, settings.folding, tracer_.get()),
            clock_, flush_metrics_, on_fatal),
      watch_(
          settings.watch, std::make_unique<queue::RedisDrainQueue>(settings.queue), clock_,
          backlog_metrics_, [this](bool reachable) { Meet(kRedis, reachable); },
          [this] { loop_.RequestFlush({}); }, on_fatal),
      database_watch_(settings.store.connection, {},
                      [this](const absl::Status& status) {
                        flush_metrics_.DatabaseLooked(status.ok());
                        Meet(kPostgres, status.ok());
                      }),
      pause_queue_(settings.queue),
      pause_switch_(pause_queue_, clock_),
      dead_letter_store_(std::move(stores.for_operators)),
      dead_letters_(*dead_letter_store_, dead_letter_metrics_),
      service_({loop_, watch_, pause_thread_, pause_switch_, dead_letter_thread_, dead_letters_},
               callers_, grpc_metrics_) {}

Flusher::~Flusher() { Stop(); }

absl::Status Flusher::Listen() {
  auto http = HttpServer::Start(
      settings_.http, {MetricsPage({&flush_metrics_, &backlog_metrics_, &dead_letter_metrics_,
                                    &grpc_metrics_, &process_metrics_, &tls_watch_}),
                       LivePage(), ReadyPage([this] { return readiness_.status(); })});
  if (!http.ok()) return http.status();
  http_ = *std::move(http);
  auto grpc = GrpcServer::Start(settings_.server, {{"inkwell.v1.FlusherService", &service_}});
  if (!grpc.ok()) return grpc.status();
  grpc_ = *std::move(grpc);
  tls_watch_.Start(settings_.server.tls);
  readiness_.Tell([this](bool ready) { grpc_->SetServing(ready); });
  return absl::OkStatus();
}

void Flusher::Begin(const std::stop_token& stop) {
  if (settings_.migrate && !MigrateUntilDone(settings_.store.connection, settings_.table_partitions,
                                             settings_.backoff, stop)) {
    return;
  }
  loop_.Start(settings_.flush_at_start);
  Meet(kSchema, true);
}

void Flusher::Meet(std::size_t need, bool met) {
  readiness_.Set(need, met ? absl::OkStatus() : NothingYet().at(need));
}

void Flusher::Stop() {
  readiness_.ShutDown();
  starter_.request_stop();
  if (starter_.joinable()) starter_.join();
  loop_.Stop(settings_.drain_timeout);
  // Calls under way wait for these, so they end before the server does.
  watch_.Stop();
  database_watch_.Stop();
  pause_thread_.Stop();
  dead_letter_thread_.Stop();
  if (grpc_ != nullptr) grpc_->Shutdown(settings_.drain_timeout);
  // To the end, so that the last flush can be scraped.
  http_.reset();
}

}  // namespace inkwell::flusher
