#include "services/flusher/settings.h"

#include "absl/flags/flag.h"
#include "common/server/common_flags.h"
#include "services/flusher/flag_types.h"

namespace {
using BatchRows = inkwell::IntIn<1, 1'000'000>;
using WorkerCount = inkwell::IntIn<1, 256>;
using TablePartitions = inkwell::IntIn<0, 1024>;
using BacklogLength = inkwell::IntIn<1, 1'000'000'000>;
}  // namespace

ABSL_FLAG(inkwell::ListenAddress, listen, (inkwell::ListenAddress{"0.0.0.0", 50052}),
          "Where FlusherService listens: host:port; port 0 lets the system choose");
ABSL_FLAG(inkwell::ListenAddress, http_listen, (inkwell::ListenAddress{"0.0.0.0", 9465}),
          "Where /metrics, /livez and /readyz are served: host:port; port 0 lets the system "
          "choose");
ABSL_FLAG(inkwell::flusher::PostgresUrl, postgres,
          inkwell::flusher::PostgresUrl{"postgresql://127.0.0.1:5432/postgres"},
          "The database: postgresql://user:password@host:port/db, or any libpq connection string");
ABSL_FLAG(std::string, postgres_file, "",
          "Read --postgres from this file, since it may hold a password");
ABSL_FLAG(inkwell::flusher::Schedule, schedule, *inkwell::flusher::Schedule::Parse("@every 1s"),
          "When to flush: \"@every 1s\" (any duration), or five cron fields, in UTC");
ABSL_FLAG(bool, flush_at_start, true, "Flush once at start, whatever the schedule says");
ABSL_FLAG(BacklogLength, flush_backlog, BacklogLength{100'000},
          "Flush as soon as a partition holds more changes than this");
ABSL_FLAG(BatchRows, batch_rows, BatchRows{10'000}, "Most changes in one transaction");
ABSL_FLAG(inkwell::ByteSize, batch_bytes, inkwell::ByteSize{8 << 20},
          "Most bytes of changes in one transaction");
ABSL_FLAG(bool, fold, true,
          "Make the changes of one comment in a batch one row write; false is for tests and "
          "debugging");
ABSL_FLAG(WorkerCount, workers, WorkerCount{4},
          "Partitions worked on at a time; each worker has a connection to Redis and one to "
          "Postgres");
ABSL_FLAG(bool, migrate, true,
          "Bring the schema up to date at start; false leaves it to \"inkwell-flusher migrate\"");
ABSL_FLAG(TablePartitions, table_partitions, TablePartitions{0},
          "Hash partitions of the table comments that the migration makes, of rows that are there "
          "too; 0: a plain table. Refuses a table of the other kind");
ABSL_FLAG(inkwell::flusher::NewPartitionCount, to, inkwell::flusher::NewPartitionCount{},
          "With \"inkwell-flusher repartition\": how many partitions there are to be, 1 to 4096");

namespace inkwell::flusher {

Settings SettingsFromFlags() {
  Settings settings(absl::GetFlag(FLAGS_schedule));
  settings.server.listen = absl::GetFlag(FLAGS_listen);
  settings.server.limits = GrpcLimitsFromFlags();
  settings.server.tls = TlsFilesFromFlags();
  settings.server.auth = AuthOptionsFromFlags();
  settings.server.port_file = absl::GetFlag(FLAGS_port_file);
  settings.http.listen = absl::GetFlag(FLAGS_http_listen);
  settings.http.port_file = absl::GetFlag(FLAGS_http_port_file);
  settings.tracing = TracingOptionsFromFlags();
  settings.queue = QueueOptionsFromFlags();
  settings.store.connection.conninfo = absl::GetFlag(FLAGS_postgres).conninfo;
  settings.store.key_namespace = settings.queue.name_space;
  settings.batch.rows = absl::GetFlag(FLAGS_batch_rows).value;
  settings.batch.bytes = absl::GetFlag(FLAGS_batch_bytes).bytes;
  settings.folding = absl::GetFlag(FLAGS_fold) ? Folding::kOn : Folding::kOff;
  settings.workers = static_cast<int>(absl::GetFlag(FLAGS_workers).value);
  settings.flush_at_start = absl::GetFlag(FLAGS_flush_at_start);
  settings.watch.alarm_length = absl::GetFlag(FLAGS_flush_backlog).value;
  settings.migrate = absl::GetFlag(FLAGS_migrate);
  settings.table_partitions = static_cast<int>(absl::GetFlag(FLAGS_table_partitions).value);
  settings.repartition_to = absl::GetFlag(FLAGS_to).partitions;
  settings.drain_timeout = absl::GetFlag(FLAGS_drain_timeout).value;
  return settings;
}

}  // namespace inkwell::flusher
