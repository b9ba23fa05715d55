"""What a comment costs each part, and how much of each part so many comments a second take:
the tables of deploy/SCALING.md."""

import math

from drain import Drain
from intake import inkwell, under_load
from processes import Failed
from table import number

RATES = (10_000, 100_000, 1_000_000)
BUSY = 0.6           # how much of a core is planned to be used: the rest is for peaks
LAG_SECONDS = 600    # how long Postgres may be away before Redis' memory is full
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def measure_capacity(bench):
    costs = {}
    for name, stream in (("unary", False), ("stream", True)):
        workload = f"capacity: {name}"
        for _ in range(bench.scale.capacity_rounds):
            under_load(bench, inkwell, cpu_as=workload, stream=stream)
        used = bench.results.cpu.pop(workload)
        costs[f"ingest_{name}_us"] = used["ingest"].median
        costs[f"redis_in_{name}_us"] = used["redis"].median
    bench.results.series["capacity"] = {**costs, **cost_of_draining(bench)}


def cost_of_draining(bench):
    count = bench.scale.flush_rows
    postgres = bench.servers.postgres
    with bench.servers.scope():
        drain = Drain(bench)
        postgres.empty()
        before = {"memory": drain.redis.used_memory(), "log": drain.redis.log_bytes()}
        filled = bench.tools.fill(drain.redis, count)
        memory = drain.redis.used_memory() - before["memory"]
        log = drain.redis.log_bytes() - before["log"]
        wal = postgres.wal_bytes()
        _, _, cpu = drain.flush_pending()
        wal = postgres.wal_bytes() - wal
    return {"payload_bytes": filled["payload_bytes"] / count,
            "redis_memory_bytes": memory / count, "redis_log_bytes": log / count,
            "wal_bytes": wal / count, "table_bytes": postgres.table_bytes() / count,
            "redis_out_us": cpu["redis"] / count * 1e6,
            "flusher_us": cpu["flusher"] / count * 1e6,
            "postgres_us": cpu["postgres"] / count * 1e6}


def cores(rate, microseconds):
    return rate * microseconds / 1e6 / BUSY


def costs_table(found):
    lines = [
        ("`inkwell-ingest`, unary", "CPU", f"{number(found['ingest_unary_us'])} µs"),
        ("`inkwell-ingest`, StreamChanges", "CPU", f"{number(found['ingest_stream_us'])} µs"),
        ("Redis, pushed by unary calls", "CPU of its one core",
         f"{number(found['redis_in_unary_us'])} µs"),
        ("Redis, pushed by StreamChanges", "CPU of its one core",
         f"{number(found['redis_in_stream_us'])} µs"),
        ("Redis, drained", "CPU of its one core", f"{number(found['redis_out_us'])} µs"),
        ("Redis", "memory while pending", f"{number(found['redis_memory_bytes'])} B"),
        ("Redis", "append-only file", f"{number(found['redis_log_bytes'])} B"),
        ("`inkwell-flusher`", "CPU", f"{number(found['flusher_us'])} µs"),
        ("Postgres", "CPU", f"{number(found['postgres_us'])} µs"),
        ("Postgres", "WAL", f"{number(found['wal_bytes'])} B"),
        ("Postgres", "table and indexes", f"{number(found['table_bytes'])} B")]
    head = (f"Of a comment of {number(found['payload_bytes'])} bytes as its client serialises it:"
            "\n\n| part | what | each comment |\n|---|---|---:|\n")
    return head + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plan_table(found):
    def line(what, of_rate):
        return f"| {what} | " + " | ".join(of_rate(rate) for rate in RATES) + " |"

    def cores_of(*names):
        return lambda rate: number(cores(rate, sum(found[name] for name in names)))

    def redis_masters(pushed):
        return lambda rate: str(math.ceil(cores(rate, found[pushed] + found["redis_out_us"])))

    def megabytes(name):
        return lambda rate: f"{number(rate * found[name] / 1e6)} MB/s"

    lines = [
        "| comments/s | " + " | ".join(f"{rate:,}" for rate in RATES) + " |",
        "|---|" + "---:|" * len(RATES),
        line("ingest, cores, unary", cores_of("ingest_unary_us")),
        line("ingest, cores, StreamChanges", cores_of("ingest_stream_us")),
        line("Redis masters, unary", redis_masters("redis_in_unary_us")),
        line("Redis masters, StreamChanges", redis_masters("redis_in_stream_us")),
        line(f"Redis memory for {LAG_SECONDS // 60} minutes without Postgres",
             lambda rate: f"{number(rate * LAG_SECONDS * found['redis_memory_bytes'] / 2**30)} GiB"),
        line("Redis disk, written", megabytes("redis_log_bytes")),
        line("flusher, cores", cores_of("flusher_us")),
        line("Postgres, cores", cores_of("postgres_us")),
        line("Postgres' WAL, written", megabytes("wal_bytes")),
        line("Postgres' disk, a day",
             lambda rate: f"{number(rate * 86400 * found['table_bytes'] / 1e12)} TB")]
    return (f"With each core {BUSY:.0%} busy, so that there is room for peaks; cores of Redis are "
            "masters, since each has one:\n\n" + "\n".join(lines))


def parts_of(path):
    """What stands before the measured tables of a file, and after them."""
    before, begin, rest = path.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise Failed(f"--scaling={path}: has no {BEGIN} and {END} to write between")
    return before, after


def write_into(path, results, head):
    """Replaces what stands between the two marks of the file."""
    found = results.series["capacity"]
    before, after = parts_of(path)
    path.write_text(f"{before}{BEGIN}\n```text\n{head}\n```\n\n{costs_table(found)}\n\n"
                    f"{plan_table(found)}\n{END}{after}")
