"""The programs that put load on the servers, and what they tell."""

import json
import pathlib

from processes import Failed, run_to_end


# 100 changes a message, as a bulk loader would send them.
STREAM_FLAGS = ["--stream=100", "--streams=4"]
# Calls take turns among the servers of the target.
SERVICE_CONFIG = pathlib.Path(__file__).resolve().parents[2] / "deploy/client/service_config.json"


class Tools:
    def __init__(self, programs, servers):
        self._programs = programs
        self._servers = servers

    def load(self, target, seconds, stream=False, rate=None, outstanding=64, channels=4,
             balanced=False):
        """inkwell-load's report, and `cpu_seconds` of its own."""
        flags = [f"--target={target}", f"--duration={seconds}s", f"--channels={channels}",
                 f"--outstanding={outstanding}", "--format=json", "--progress=none"]
        if stream:
            flags += STREAM_FLAGS
        if balanced:
            flags.append(f"--service_config={SERVICE_CONFIG}")
        if rate:
            flags.append(f"--rate={rate:.1f}")
        out, cpu = self._run("inkwell-load", *flags)
        return {**json.loads(out), "cpu_seconds": cpu}

    def load_has_streams(self):
        return "--stream=" in self._run("inkwell-load", "--help")[0]

    def fill(self, redis, count, partitions=16, edits=0, first=0):
        out, _ = self._run("bench-fill", f"--redis={redis.url}", f"--count={count}",
                           f"--partitions={partitions}", f"--edits={edits}",
                           f"--first={first}")
        return json.loads(out)

    def flush(self, flusher):
        """Seconds that a flush of all that is pending took, and its counts."""
        out, _ = self._run("bench-flush", f"--target={flusher.target}")
        response = json.loads(out)
        counts = {name: int(count) for name, count in response["counts"].items()}
        return float(response["duration"].rstrip("s")), counts

    def copy(self, count, workers, batch_rows, partitions=16):
        out, _ = self._run("bench-copy", f"--count={count}", f"--workers={workers}",
                           f"--batch_rows={batch_rows}", f"--partitions={partitions}")
        return json.loads(out)

    def original(self, redis, verb, count):
        out, cpu = self._run("bench-original", verb, f"--redis={redis.url}", f"--count={count}")
        return {**json.loads(out), "cpu_seconds": cpu} if out else None

    def parts(self, seconds):
        out, _ = self._run("bench-parts", f"--benchmark_min_time={seconds}",
                           "--benchmark_format=json")
        return json.loads(out)

    def _run(self, name, *flags):
        program = self._programs / name
        if not program.exists():
            raise Failed(f"{program} is not built")
        return run_to_end([str(program), *flags], self._servers.postgres.environment())
