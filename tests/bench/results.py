"""What was measured: samples, rows of the table, CPU times, series for plots."""

import dataclasses
import json
import statistics


@dataclasses.dataclass
class Samples:
    """One figure of each round."""
    values: list

    @property
    def median(self):
        return statistics.median(self.values)

    def as_json(self):
        return {"median": self.median, "min": min(self.values), "max": max(self.values),
                "rounds": self.values}


def ratios(values, references):
    """Round by round, so that a machine that slows down for a while slows both sides."""
    return Samples([value / reference for value, reference in zip(values, references)])


@dataclasses.dataclass
class Row:
    """A line of the table. `judged` is what the target is about: often the ratio."""
    what: str
    unit: str
    value: Samples
    judged: Samples
    reference: Samples = None
    reference_name: str = ""
    at_least: float = None
    at_most: float = None

    def met(self):
        if self.at_least is not None:
            return self.judged.median >= self.at_least
        if self.at_most is not None:
            return self.judged.median <= self.at_most
        return None

    def target(self):
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else ""


@dataclasses.dataclass
class Missing:
    """A row that could not be measured, and why."""
    what: str
    why: str


class Results:
    def __init__(self, machine):
        self.machine = machine
        self.rows = []
        self.cpu = {}     # workload -> process -> Samples of CPU seconds per million comments
        self.parts = {}   # part of a hot path -> nanoseconds
        self.series = {}  # what plots are drawn of

    def add_cpu(self, workload, comments, seconds_by_process):
        for process, seconds in seconds_by_process.items():
            samples = self.cpu.setdefault(workload, {}).setdefault(process, Samples([]))
            samples.values.append(seconds / comments * 1e6)

    def to_json(self):
        rows = []
        for row in self.rows:
            if isinstance(row, Missing):
                rows.append({"what": row.what, "missing": row.why})
                continue
            rows.append({
                "what": row.what, "unit": row.unit, "value": row.value.as_json(),
                "reference": row.reference and {"name": row.reference_name,
                                                **row.reference.as_json()},
                "judged": row.judged.as_json(), "target": row.target(), "met": row.met()})
        cpu = {workload: {process: samples.as_json() for process, samples in processes.items()}
               for workload, processes in self.cpu.items()}
        everything = {"machine": self.machine, "rows": rows,
                      "cpu_seconds_per_million_comments": cpu,
                      "nanoseconds_of_parts": self.parts, "series": self.series}
        return json.dumps(everything, indent=2, ensure_ascii=False) + "\n"
