"""What single parts of the hot paths cost, by Google Benchmark."""


def measure_parts(bench):
    bench.results.parts = {
        part["name"]: nanoseconds_of(part)
        for part in bench.tools.parts(bench.scale.parts_seconds)["benchmarks"]}


def nanoseconds_of(part):
    """For each of the items that one iteration goes over, if it says how many."""
    if "items_per_second" in part:
        return 1e9 / part["items_per_second"]
    return part["cpu_time"] * {"ns": 1, "us": 1e3, "ms": 1e6}[part["time_unit"]]
