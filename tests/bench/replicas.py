"""The cost of a comment with more servers of each kind, at the same load. On a machine that they
all share no rate can grow with them; what they cost more is smaller groups and more wake-ups."""

from cluster import Group, start_cluster
from intake import Subject, under_load
from results import Row, Samples


def measure_replicas(bench):
    totals = []
    for masters, ingests, flushers in bench.scale.replicas:
        workload = f"unary creates, {masters} Redis, {ingests} ingest, {flushers} flusher"
        for _ in range(bench.scale.cost_rounds):
            under_load(bench, lambda bench: replicated(bench, masters, ingests, flushers),
                       cpu_as=workload, balanced=True)
        totals.append(sum(samples.median for process, samples in bench.results.cpu[workload].items()
                          if process != "load generator"))
    totals = Samples(totals)
    bench.results.rows.append(Row(
        "cost per comment, one to three servers of each kind: most ÷ least", "µs of CPU", totals,
        Samples([max(totals.values) / min(totals.values)])))


def replicated(bench, masters, ingests, flushers):
    servers = bench.servers
    servers.postgres.empty()
    redis = servers.redis() if masters == 1 else start_cluster(servers, masters)
    serving = [servers.ingest(redis) for _ in range(ingests)]
    flushing = [servers.flusher(redis) for _ in range(flushers)]
    # gRPC's own way to name several addresses.
    target = "ipv4:" + ",".join(ingest.target for ingest in serving)
    return Subject(target, {"ingest": Group(serving), "redis": redis.program,
                            "flusher": Group(flushing), "postgres": servers.postgres.program})
