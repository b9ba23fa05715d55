"""Comments coming in: throughput and latency, beside a server that does nothing and one
that writes to Postgres before it answers."""

import dataclasses

from results import Missing, Row, Samples, ratios

NOOP = "no-op gRPC server"
ASYNC_NOOP = "no-op server on ingest's loop"
SYNC = "synchronous INSERT"


@dataclasses.dataclass
class Subject:
    """What load is put on, with the processes whose CPU time is its cost."""
    target: str
    processes: dict


def inkwell(bench):
    redis = bench.servers.redis()
    ingest = bench.servers.ingest(redis)
    return Subject(ingest.target, {"ingest": ingest, "redis": redis.program})


def inkwell_flushing(bench):
    bench.servers.postgres.empty()
    redis = bench.servers.redis()
    ingest = bench.servers.ingest(redis)
    flusher = bench.servers.flusher(redis)
    return Subject(ingest.target, {"ingest": ingest, "redis": redis.program, "flusher": flusher,
                                   "postgres": bench.servers.postgres.program})


def noop(bench, api="callback"):
    server = bench.servers.noop_server(api)
    return Subject(server.target, {"no-op server": server})


def async_noop(bench):
    return noop(bench, "async")


def sync(bench):
    bench.servers.postgres.empty()
    server = bench.servers.sync_server()
    return Subject(server.target, {"server": server, "postgres": bench.servers.postgres.program})


def under_load(bench, start, cpu_as=None, **load):
    """The load generator's report on a fresh server. Its CPU times go to the results."""
    with bench.servers.scope():
        subject = start(bench)
        bench.tools.load(subject.target, bench.scale.warm_up_seconds,
                         stream=load.get("stream", False), balanced=load.get("balanced", False))
        before = {name: process.cpu_seconds() for name, process in subject.processes.items()}
        report = bench.tools.load(subject.target, bench.scale.load_seconds, **load)
        used = {name: process.cpu_seconds() - before[name]
                for name, process in subject.processes.items()}
    if cpu_as:
        bench.results.add_cpu(cpu_as, report["acknowledged"],
                              {**used, "load generator": report["cpu_seconds"]})
    return report


def rates(reports):
    return [report["rate_per_second"] for report in reports]


def measure_unary(bench):
    ours, callback, on_loop = map(rates, bench.interleaved(
        lambda: under_load(bench, inkwell, cpu_as="unary creates"),
        lambda: under_load(bench, noop, cpu_as=f"unary creates, {NOOP}"),
        lambda: under_load(bench, async_noop, cpu_as=f"unary creates, {ASYNC_NOOP}")))
    bench.unary_rate = Samples(ours).median
    bench.noop_rate = Samples(callback).median
    for name, reference, target in ((NOOP, callback, 0.8), (ASYNC_NOOP, on_loop, None)):
        bench.results.rows.append(Row(
            f"unary CreateComment, 64 outstanding, ÷ {name}", "/s", Samples(ours),
            ratios(ours, reference), Samples(reference), name, at_least=target))


def measure_stream(bench):
    what = "StreamChanges, comments ÷ unary"
    if not bench.tools.load_has_streams():
        bench.results.rows.append(Missing(what, "inkwell-load has no --stream"))
        return
    streams, unary = bench.interleaved(
        lambda: under_load(bench, inkwell, cpu_as="stream creates", stream=True),
        lambda: under_load(bench, inkwell))
    bench.results.rows.append(Row(what, "/s", Samples(rates(streams)),
                                  ratios(rates(streams), rates(unary)), Samples(rates(unary)),
                                  "unary", at_least=5))


def measure_latency(bench):
    rate = half_load(bench)
    ours, references = bench.interleaved(
        lambda: under_load(bench, inkwell, rate=rate, outstanding=256),
        lambda: under_load(bench, noop, rate=rate, outstanding=256))
    p99 = [[report["latency_ms"]["p99"] for report in reports] for reports in (ours, references)]
    bench.results.rows.append(Row(
        f"ack p99 at half load ({rate:,.0f}/s) ÷ no-op's at the same", "ms", Samples(p99[0]),
        ratios(*p99), Samples(p99[1]), NOOP, at_most=2))
    bench.results.series["latency_percentiles"] = {
        "offered_per_second": rate,
        "servers": {"Inkwell": percentiles(ours), NOOP: percentiles(references)}}


def percentiles(reports):
    return {name: Samples([report["latency_ms"][name] for report in reports]).as_json()
            for name in ("p50", "p90", "p99", "p99_9", "max")}


def half_load(bench):
    if bench.unary_rate is None:  # the row before was not asked for
        bench.unary_rate = under_load(bench, inkwell)["rate_per_second"]
    return bench.unary_rate / 2


def measure_offered_load(bench):
    """Only a plot."""
    if bench.noop_rate is None:
        bench.noop_rate = under_load(bench, noop)["rate_per_second"]
    servers = {"Inkwell": inkwell, NOOP: noop, SYNC: sync}
    found = {name: {} for name in servers}  # by what was offered
    for _ in range(bench.scale.offered_rounds):
        for name, start in servers.items():
            for report, offered in rising_load(bench, start):
                found[name].setdefault(offered, []).append(report)
    bench.results.series["offered_load"] = {
        name: [{"offered": offered, **medians(reports)} for offered, reports in points.items()]
        for name, points in found.items()}


def rising_load(bench, start):
    """Until the server could not follow twice in a row."""
    times_short = 0
    for fraction in bench.scale.offered_fractions:
        offered = fraction * bench.noop_rate
        report = under_load(bench, start, rate=offered, outstanding=256)
        yield report, offered
        times_short = times_short + 1 if report["rate_per_second"] < 0.9 * offered else 0
        if times_short == 2:
            return


def medians(reports):
    return {"achieved": Samples(rates(reports)).median,
            "p50_ms": percentiles(reports)["p50"]["median"],
            "p99_ms": percentiles(reports)["p99"]["median"]}


def measure_sync(bench):
    ours, references = bench.interleaved(
        lambda: under_load(bench, inkwell_flushing, cpu_as="unary creates, flusher running"),
        lambda: under_load(bench, sync, cpu_as=f"unary creates, {SYNC}"))
    bench.results.rows.append(Row(
        "unary, flusher running too, ÷ synchronous INSERT (pool of 16)", "/s",
        Samples(rates(ours)), ratios(rates(ours), rates(references)), Samples(rates(references)),
        SYNC))


def measure_window(bench):
    """Ingest's memory while nobody drains, until well after its window is full."""
    window = bench.scale.window_mib
    points = []
    accepted = 0
    with bench.servers.scope():
        redis = bench.servers.redis()
        ingest = bench.servers.ingest(redis, f"--retain_bytes={window}MiB")
        for _ in range(bench.scale.window_steps):
            report = bench.tools.load(ingest.target, bench.scale.load_seconds / 4)
            accepted += report["acknowledged"]
            points.append({"accepted": accepted, "rss_bytes": ingest.rss_bytes()})
        peak = Samples([ingest.peak_rss_bytes() / 2**20])
    bench.results.series["ingest_memory"] = {"window_mib": window, "points": points}
    bench.results.rows.append(Row(
        f"ingest's memory, {accepted:,} accepted, none drained, --retain_bytes={window}MiB",
        "MiB", peak, peak))
