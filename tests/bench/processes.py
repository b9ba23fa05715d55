"""Processes that never outlive the benchmark, and what they cost."""

import os
import pathlib
import signal
import subprocess
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """Something that the benchmark needs went wrong; the text says what, for the user."""


class Program:
    """A process that runs beside us. The kernel sends it `death_signal` if we die first."""

    def __init__(self, argv, log, environment=None, as_user=None, death_signal="KILL"):
        self.name = os.path.basename(argv[0])
        self.log = pathlib.Path(log)
        guard = ["setpriv", "--pdeathsig", death_signal]
        if as_user:
            guard += [f"--reuid={as_user}", f"--regid={as_user}", "--clear-groups"]
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                guard + argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/",
                env={**os.environ, **(environment or {})}, start_new_session=True)

    @property
    def pid(self):
        return self.process.pid

    def await_true(self, condition, what, seconds=60):
        """Waits until condition() is true; fails with the log's end if we end or time is over."""
        end = time.monotonic() + seconds
        while not condition():
            if self.process.poll() is not None or time.monotonic() > end:
                raise Failed(f"{self.name} {what}; it logged:\n{self.last_lines()}")
            time.sleep(0.005)

    def last_lines(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    def stop(self, with_signal=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def cpu_seconds(self):
        """What it and its children, ended ones too, have used so far."""
        return tree_cpu_ticks(self.pid) / TICKS_PER_SECOND

    def peak_rss_bytes(self):
        return _status_kib(self.pid, "VmHWM") * 1024

    def rss_bytes(self):
        return _status_kib(self.pid, "VmRSS") * 1024


def tree_cpu_ticks(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # ended: its parent has its time now
        return 0
    own_and_ended = sum(int(field) for field in fields[11:15])  # utime stime cutime cstime
    return own_and_ended + sum(tree_cpu_ticks(int(child)) for child in children)


def _status_kib(pid, field):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise Failed(f"/proc/{pid}/status has no {field}")


def run_to_end(argv, environment=None, seconds=900):
    """Runs a program, and returns what it printed and the CPU seconds that it used."""
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL"] + argv, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **(environment or {})})
    before = os.times()
    try:
        out, err = process.communicate(timeout=seconds)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    after = os.times()
    if process.returncode != 0:
        raise Failed(f"{' '.join(argv)} exited with {process.returncode}: {err.strip()[-1000:]}")
    return out, (after.children_user + after.children_system
                 - before.children_user - before.children_system)
