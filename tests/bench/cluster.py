"""A Redis Cluster of so many masters, without replicas."""

import subprocess

from processes import Failed

CLUSTER_SETTINGS = ["--cluster-enabled", "yes"]


class Group:
    """Processes whose cost is one."""

    def __init__(self, programs):
        self._programs = programs

    def cpu_seconds(self):
        return sum(program.cpu_seconds() for program in self._programs)


def start_cluster(servers, masters):
    """In the scope of `servers`: each master as `servers.redis()`, in step once this returns."""
    nodes = [servers.redis(*CLUSTER_SETTINGS) for _ in range(masters)]
    addresses = [f"127.0.0.1:{node.port}" for node in nodes]
    created = subprocess.run(
        ["redis-cli", "--cluster", "create", *addresses, "--cluster-yes"], capture_output=True,
        text=True)
    if created.returncode != 0:
        raise Failed(f"redis-cli --cluster create: {created.stdout[-1000:]}{created.stderr}")
    for node in nodes:
        node.program.await_true(
            lambda node=node: "cluster_state:ok" in node.command("cluster", "info"),
            "does not join the cluster")
    return Cluster(addresses, nodes)


class Cluster:
    """Looks as a Redis does to the services."""

    def __init__(self, addresses, nodes):
        self.url = "redis+cluster://" + ",".join(addresses)
        self.program = Group([node.program for node in nodes])
