"""The servers that are measured, each on a free loopback port, with data that go with it."""

import contextlib
import os
import pathlib
import pwd
import random
import secrets
import shutil
import signal
import subprocess
import tempfile

from processes import Failed, Program, run_to_end

# What is committed is on disk, as in production. Nothing that runs by itself now and then
# (autovacuum, checkpoints within a measurement) is left to fall on one side of a comparison.
POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "1GB",
    "max_wal_size": "16GB",
    "min_wal_size": "3GB",  # what the largest drain writes; see make_wal_files
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
}
REDIS_SETTINGS = ["--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
                  "--auto-aof-rewrite-percentage", "0", "--maxmemory-policy", "noeviction"]


class Servers:
    """Starts servers, and stops those of a `with scope():` at its end, all at the end."""

    def __init__(self, programs):
        self.programs = pathlib.Path(programs)
        self._stack = contextlib.ExitStack()
        self._counter = 0

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.folder = pathlib.Path(stack.enter_context(
                tempfile.TemporaryDirectory(prefix="inkwell-bench.")))
            self.folder.chmod(0o755)
            self.postgres = Postgres(self.folder / "postgres")
            stack.callback(self.postgres.stop)
            self.postgres.start()
            # The flusher knows the schema.
            run_to_end([str(self.programs / "inkwell-flusher"), "migrate"],
                       self.postgres.environment())
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error):
        return self._stack.__exit__(*error)

    @contextlib.contextmanager
    def scope(self):
        outer, self._stack = self._stack, contextlib.ExitStack()
        try:
            with self._stack:
                yield self
        finally:
            self._stack = outer

    def redis(self, *settings):
        folder = self._new_folder("redis")
        redis = Redis(folder, settings)
        self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
        self._stack.callback(redis.stop)
        redis.start()
        return redis

    def ingest(self, redis, *flags):
        # No flusher may be there to wait for.
        return self._service("inkwell-ingest", f"--redis={redis.url}", "--drain_timeout=0s",
                             "--shutdown_delay=0s", "--http_listen=127.0.0.1:0",
                             "--listen=127.0.0.1:0", *flags)

    def flusher(self, redis, *flags):
        return self._service("inkwell-flusher", f"--redis={redis.url}", "--drain_timeout=0s",
                             "--http_listen=127.0.0.1:0", "--listen=127.0.0.1:0", *flags)

    def flusher_on_request(self, redis, *flags):
        return self.flusher(redis, "--schedule=@every 24h", "--flush_at_start=false",
                            "--flush_backlog=1000000000", *flags)

    def noop_server(self, api="callback"):
        return self._service("bench-noop-server", f"--api={api}")

    def sync_server(self, *flags):
        return self._service("bench-sync-server", *flags)

    def _service(self, name, *flags):
        folder = self._new_folder(name)
        port_file = folder / "port"
        service = Program([str(self.programs / name), f"--port_file={port_file}", *flags],
                          folder / "log", self.postgres.environment())
        self._stack.callback(service.stop)
        service.await_true(port_file.exists, "did not start")
        service.target = f"127.0.0.1:{port_file.read_text().strip()}"
        return service

    def _new_folder(self, name):
        self._counter += 1
        folder = self.folder / f"{name}.{self._counter}"
        folder.mkdir()
        return folder


def start_on_free_port(start, is_ready):
    """Calls start(port), which returns a program, with random ports until one is free."""
    for _ in range(10):
        # Below those that Linux gives out by itself.
        program = start(random.randrange(20000, 30000))
        try:
            program.await_true(lambda: is_ready(program.log.read_text()), "did not start")
            return
        except Failed:
            program.stop()
            if "already in use" not in program.log.read_text():
                raise
    raise Failed("no free port was found")


class Redis:
    """With an append-only file that is fsynced each second."""

    def __init__(self, folder, settings=()):
        self.folder, self.settings = folder, settings
        self.program = None

    def start(self):
        start_on_free_port(self._start_on, lambda log: "Ready to accept connections" in log)

    def _start_on(self, port):
        self.port, self.url = port, f"redis://127.0.0.1:{port}"
        self.program = Program(["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir",
                                str(self.folder), *REDIS_SETTINGS, *self.settings],
                               self.folder / f"{port}.log")
        return self.program

    def stop(self):
        if self.program:
            # Its data go too, so nothing is worth a clean end.
            self.program.stop(signal.SIGKILL)

    def command(self, *words):
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], check=True,
                              capture_output=True, text=True).stdout.strip()

    def log_bytes(self):
        """What its append-only file takes."""
        return sum(path.stat().st_size for path in self.folder.rglob("*.aof"))

    def used_memory(self):
        for line in self.command("info", "memory").splitlines():
            if line.startswith("used_memory:"):
                return int(line.split(":")[1])
        raise Failed("Redis tells no used_memory")


class Postgres:
    """Of the highest version that is installed. Its password is known to nobody else."""

    def __init__(self, folder):
        self.folder = folder
        self.program = None
        bins = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"),
                      key=lambda path: int(path.parent.name))
        if not bins:
            raise Failed("no Postgres is installed; deploy/local/deps run installs it")
        self.bin = bins[-1]
        self.password = secrets.token_hex(16)
        self.user = "postgres" if os.geteuid() == 0 else None

    def start(self):
        self.folder.mkdir(mode=0o700)
        (self.folder / "password").write_text(self.password)
        if self.user:
            owner = pwd.getpwnam(self.user)
            for path in (self.folder, self.folder / "password"):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        log = self.folder.parent / "postgres.log"
        initdb = Program([str(self.bin / "initdb"), f"--pgdata={self.folder}/data",
                          "--username=inkwell", f"--pwfile={self.folder}/password",
                          "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
                          "--no-sync"], log, as_user=self.user)
        self.program = initdb  # to be stopped, should we be ended meanwhile
        if initdb.process.wait(timeout=120) != 0:
            raise Failed(f"initdb failed:\n{initdb.last_lines()}")
        start_on_free_port(self._start_on, lambda log: "ready to accept connections" in log)

    def _start_on(self, port):
        self.port = port
        settings = [f"-c{name}={value}" for name, value in POSTGRES_SETTINGS.items()]
        # SIGQUIT ends it at once too, but lets it take back its shared memory.
        self.program = Program(
            [str(self.bin / "postgres"), "-D", f"{self.folder}/data", "-p", str(port), *settings],
            self.folder.parent / f"postgres.{port}.log", as_user=self.user, death_signal="QUIT")
        return self.program

    def stop(self):
        if self.program:
            # At once: a checkpoint of data that go too would be a waste.
            self.program.stop(signal.SIGQUIT)

    def environment(self):
        """What our programs find it by; not on a command line, where everyone sees it."""
        url = f"postgresql://inkwell:{self.password}@127.0.0.1:{self.port}/postgres"
        return {"INKWELL_POSTGRES": url}

    def sql(self, *statements):
        """Runs each by itself; returns the last one's bare values, one row a line."""
        commands = [word for statement in statements for word in ("-c", statement)]
        result = subprocess.run(
            [self.bin / "psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p",
             str(self.port), "-U", "inkwell", "-d", "postgres", *commands],
            env={**os.environ, "PGPASSWORD": self.password}, capture_output=True, text=True)
        if result.returncode != 0:
            raise Failed(f"psql: {result.stderr.strip()}")
        return result.stdout.strip()

    def empty(self):
        """Empties the tables, and writes out all that would else be written in between."""
        self.sql("TRUNCATE comments, dead_letters", "CHECKPOINT")

    def make_wal_files(self, mebibytes):
        """Makes so much of its log's files, which it then uses again and again, as one does
        that has run for a while. A new file is written twice, and whoever comes first pays."""
        self.sql(f"""DO $$ BEGIN FOR file IN 1..{mebibytes // 16} LOOP
                       PERFORM pg_logical_emit_message(false, 'bench', '');
                       PERFORM pg_switch_wal();
                     END LOOP; END $$""", "CHECKPOINT")

    def wal_bytes(self):
        """Written ahead so far."""
        return int(self.sql("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"))

    def table_bytes(self):
        """Of comments, with its indexes."""
        return int(self.sql("SELECT pg_total_relation_size('comments')"))

    def count_comments(self):
        return int(self.sql("SELECT count(*) FROM comments"))
