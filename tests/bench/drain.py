"""Comments going out: speed, memory and cost of a flush, beside raw COPY and the design
that Inkwell replaces."""

from processes import Failed
from results import Row, Samples, ratios

COPY = "raw binary COPY"
ORIGINAL = "original design"
WORKERS = 4
BATCH_ROWS = 10_000


class Drain:
    """A flusher that flushes on request, with its own Redis, within a scope."""

    def __init__(self, bench, partitions=16, flags=()):
        self.bench = bench
        self.partitions = partitions
        self.postgres = bench.servers.postgres
        self.redis = bench.servers.redis()
        self.flusher = bench.servers.flusher_on_request(
            self.redis, f"--partitions={partitions}", *flags)
        self.flush(100 * partitions)  # opens its connections

    def flush(self, count, first=0):
        """Fills the queue and drains it; seconds, and CPU by process. Empties the tables
        before, unless these are not the first comments."""
        if first == 0:
            self.postgres.empty()
        self.bench.tools.fill(self.redis, count, self.partitions, first=first)
        seconds, counts, cpu = self.flush_pending()
        rows = self.postgres.count_comments()
        if counts["inserted"] != count or rows != first + count:
            raise Failed(f"of {first + count} comments {rows} are in Postgres; of the last {count} "
                         f"the flusher says {counts}")
        return seconds, cpu

    def flush_pending(self):
        """Drains what is there: seconds, counts, and CPU by process."""
        processes = {"flusher": self.flusher, "redis": self.redis.program,
                     "postgres": self.postgres.program}
        before = {name: process.cpu_seconds() for name, process in processes.items()}
        seconds, counts = self.bench.tools.flush(self.flusher)
        cpu = {name: process.cpu_seconds() - before[name] for name, process in processes.items()}
        return seconds, counts, cpu


def flush_once(bench, count, workers=WORKERS, batch_rows=BATCH_ROWS, cpu_as=None):
    """Rows per second."""
    with bench.servers.scope():
        drain = Drain(bench, flags=(f"--workers={workers}", f"--batch_rows={batch_rows}"))
        seconds, cpu = drain.flush(count)
    if cpu_as:
        bench.results.add_cpu(cpu_as, count, cpu)
    return count / seconds


def copy_once(bench, count, workers=WORKERS, batch_rows=BATCH_ROWS, cpu_as=None):
    postgres = bench.servers.postgres
    postgres.empty()
    before = postgres.program.cpu_seconds()
    copied = bench.tools.copy(count, workers, batch_rows)
    if cpu_as:
        bench.results.add_cpu(cpu_as, count, {
            "bench-copy": copied["cpu_seconds"],
            "postgres": postgres.program.cpu_seconds() - before})
    return count / copied["seconds"]


def original_once(bench, count):
    with bench.servers.scope():
        bench.servers.postgres.empty()
        redis = bench.servers.redis()
        bench.tools.original(redis, "fill", count)
        processes = {"redis": redis.program, "postgres": bench.servers.postgres.program}
        before = {name: process.cpu_seconds() for name, process in processes.items()}
        drained = bench.tools.original(redis, "drain", count)
        cpu = {name: process.cpu_seconds() - before[name] for name, process in processes.items()}
    bench.results.add_cpu(f"flush, {ORIGINAL}", count,
                          {"consumer": drained["cpu_seconds"], **cpu})
    return count / drained["seconds"]


def warm_up(bench):
    """Lets Postgres make its files and touch its memory, so that none of those who are
    compared is the first."""
    bench.servers.postgres.make_wal_files(bench.scale.wal_mib)
    copy_once(bench, bench.scale.flush_rows)


def measure_flush(bench):
    count = bench.scale.flush_rows
    ours, references = bench.interleaved(
        lambda: flush_once(bench, count, cpu_as="flush"),
        lambda: copy_once(bench, count, cpu_as=f"flush, {COPY}"))
    bench.results.rows.append(Row(
        f"flush rows ÷ raw libpq binary COPY, {WORKERS} connections", "/s", Samples(ours),
        ratios(ours, references), Samples(references), COPY, at_least=0.9))


def measure_original(bench):
    count = bench.scale.flush_rows // 4
    ours, references = bench.interleaved(lambda: flush_once(bench, count),
                                         lambda: original_once(bench, count))
    bench.results.rows.append(Row(
        "flush rows ÷ original design (LRANGE, multi-row INSERT, LTRIM)", "/s", Samples(ours),
        ratios(ours, references), Samples(references), ORIGINAL))


def measure_grid(bench):
    """Only a plot: flush and COPY by batch size and connections."""
    count = bench.scale.grid_rows
    points = []
    for workers in bench.scale.grid_workers:
        for batch_rows in bench.scale.grid_batch_rows:
            ours, references = bench.interleaved(
                lambda: flush_once(bench, count, workers, batch_rows),
                lambda: copy_once(bench, count, workers, batch_rows))
            points.append({"workers": workers, "batch_rows": batch_rows,
                           "flush": Samples(ours).as_json(), "copy": Samples(references).as_json()})
    bench.results.series["flush_grid"] = points


def measure_fold(bench):
    comments, edits = 1_000, 100
    postgres = bench.servers.postgres
    with bench.servers.scope():
        drain = Drain(bench, partitions=1,
                      flags=("--batch_rows=1000000", "--batch_bytes=1GiB", "--workers=1"))
        drain.flush(comments)
        bench.tools.fill(drain.redis, comments, partitions=1, edits=edits)
        before = rows_written(drain)
        _, counts = bench.tools.flush(drain.flusher)
        written = rows_written(drain) - before
    if counts["updated"] != written:
        raise Failed(f"Postgres wrote {written} rows, and the flusher says {counts}")
    ratio = Samples([written / (comments * edits)])
    bench.results.rows.append(Row(
        f"rows written ÷ changes, {edits} edits of each of {comments:,} comments in one batch", "",
        ratio, ratio, at_most=0.01))
    postgres.empty()


def rows_written(drain):
    """By Postgres' own count, which a backend hands in when it ends."""
    postgres = drain.postgres
    postgres.sql("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                 "WHERE application_name = 'inkwell-flusher'")
    return int(postgres.sql("SELECT n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables "
                            "WHERE relname = 'comments'"))


def measure_memory(bench):
    points = []
    for backlog in bench.scale.memory_backlogs:
        with bench.servers.scope():
            drain = Drain(bench)
            drain.flush(backlog)
            points.append({"backlog": backlog, "peak_rss_bytes": drain.flusher.peak_rss_bytes()})
    bench.results.series["flusher_memory"] = points
    peak = Samples([points[-1]["peak_rss_bytes"] / 2**20])
    bench.results.rows.append(Row(
        f"flusher's peak memory, draining {points[-1]['backlog']:,}", "MiB", peak, peak,
        at_most=64))
    flat = Samples([points[-1]["peak_rss_bytes"] / points[-2]["peak_rss_bytes"]])
    bench.results.rows.append(Row(
        f"the same ÷ that of draining {points[-2]['backlog']:,} (flat)", "", flat, flat,
        at_most=1.1))


def measure_redis_memory(bench):
    """Payload: the Comment of the request as serialised by the client, without id and times."""
    with bench.servers.scope():
        redis = bench.servers.redis()
        before = redis.used_memory()
        filled = bench.tools.fill(redis, bench.scale.redis_comments)
        per_comment = (redis.used_memory() - before) / filled["changes"]
    payload = filled["payload_bytes"] / filled["changes"]
    over = Samples([per_comment - payload])
    bench.results.rows.append(Row(
        f"Redis memory per pending comment over its payload of {payload:.0f}", "B", over, over,
        Samples([per_comment]), "in all", at_most=64))


def measure_cost(bench):
    """CPU time per comment by partitions and backlog, with what Postgres takes for a raw COPY
    of as many rows in batches as large: a larger table costs it more, whoever writes."""
    cells = {}
    for round_number in range(bench.scale.cost_rounds):
        order = [(partitions, backlog) for partitions in bench.scale.cost_partitions
                 for backlog in bench.scale.cost_backlogs]
        for cell in order if round_number % 2 == 0 else reversed(order):
            for name, cost in cost_of(bench, *cell).items():
                cells.setdefault(cell, {}).setdefault(name, []).append(cost)
    points = [{"partitions": partitions, "backlog": backlog,
               **{name: Samples(values).as_json() for name, values in costs.items()}}
              for (partitions, backlog), costs in cells.items()]
    bench.results.series["cost"] = points
    totals = Samples([point["total"]["median"] for point in points])
    copies = Samples([point["copy"]["median"] for point in points])
    backlogs, partitions = bench.scale.cost_backlogs, bench.scale.cost_partitions
    bench.results.rows.append(Row(
        f"cost per comment, {partitions[0]} to {partitions[-1]} partitions, {backlogs[0]:,} to "
        f"{backlogs[-1]:,} pending: most ÷ least", "µs of CPU", totals, most_to_least(totals),
        at_most=1.1))
    relative = ratios(totals.values, copies.values)
    bench.results.rows.append(Row(
        "the same, each ÷ the cost of a raw COPY of as many rows", "", relative,
        most_to_least(relative), copies, COPY, at_most=1.1))


def most_to_least(samples):
    return Samples([max(samples.values) / min(samples.values)])


def cost_of(bench, partitions, backlog):
    """Microseconds of CPU per comment, by process; in all; and of Postgres in a raw COPY."""
    times = max(1, bench.scale.cost_comments_least // backlog)
    count = times * backlog
    used = {}
    with bench.servers.scope():
        drain = Drain(bench, partitions)
        for i in range(times):
            _, cpu = drain.flush(backlog, first=i * backlog)
            for name, seconds in cpu.items():
                used[name] = used.get(name, 0) + seconds
    used["total"] = sum(used.values())
    postgres = bench.servers.postgres
    postgres.empty()
    before = postgres.program.cpu_seconds()
    copied = bench.tools.copy(count, min(WORKERS, partitions),
                              min(BATCH_ROWS, -(-backlog // partitions)), partitions)
    used["copy"] = postgres.program.cpu_seconds() - before + copied["cpu_seconds"]
    return {name: seconds / count * 1e6 for name, seconds in used.items()}
