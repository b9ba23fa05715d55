"""How much is measured: enough to judge by, or just enough to see that it works."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Scale:
    rounds: int
    warm_up_seconds: float
    load_seconds: float
    offered_fractions: tuple  # of what the no-op server takes
    offered_rounds: int
    wal_mib: int
    flush_rows: int
    grid_batch_rows: tuple
    grid_workers: tuple
    grid_rows: int
    memory_backlogs: tuple  # the last one is judged
    redis_comments: int
    cost_backlogs: tuple
    cost_partitions: tuple
    cost_comments_least: int  # a small backlog is drained so often
    cost_rounds: int
    window_mib: int
    window_steps: int
    parts_seconds: float
    capacity_rounds: int
    replicas: tuple  # Redis masters, ingests, flushers


FULL = Scale(
    # Many and short: on a shared machine a stall spoils a round, not the median.
    rounds=9, warm_up_seconds=1, load_seconds=3,
    offered_fractions=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0), offered_rounds=3,
    wal_mib=3072, flush_rows=1_000_000,
    grid_batch_rows=(100, 1_000, 10_000), grid_workers=(1, 2, 4),
    grid_rows=320_000,  # whole batches of each size in each of 16 partitions
    memory_backlogs=(100_000, 500_000, 1_000_000, 5_000_000), redis_comments=1_000_000,
    cost_backlogs=(10_000, 100_000, 1_000_000, 5_000_000), cost_partitions=(1, 4, 16),
    cost_comments_least=500_000, cost_rounds=2,
    window_mib=32, window_steps=12, parts_seconds=0.5,
    capacity_rounds=3,
    replicas=((1, 1, 1), (3, 1, 1), (1, 3, 1), (1, 1, 3), (3, 3, 3)))

QUICK = Scale(
    rounds=1, warm_up_seconds=0.1, load_seconds=0.4,
    offered_fractions=(0.3, 0.8), offered_rounds=1,
    wal_mib=0, flush_rows=20_000,
    grid_batch_rows=(100, 1_000), grid_workers=(1, 4), grid_rows=16_000,
    memory_backlogs=(10_000, 50_000), redis_comments=20_000,
    cost_backlogs=(5_000, 20_000), cost_partitions=(1, 16),
    cost_comments_least=5_000, cost_rounds=1,
    window_mib=1, window_steps=3, parts_seconds=0.01,
    capacity_rounds=1, replicas=((1, 1, 1), (3, 2, 2)))
