# shellcheck shell=bash
# A podman of the tests' own: its images, containers and settings lie in build/containers, so
# none of the machine's are touched. To be sourced after `set -euo pipefail`.
#
# Runs without a container engine's service, systemd, a registry or the kernel's full cgroups.

CONTAINERS=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build/containers
export CONTAINERS_CONF=$CONTAINERS/containers.conf
export CONTAINERS_STORAGE_CONF=$CONTAINERS/storage.conf

mkdir -p "$CONTAINERS"
cat >"$CONTAINERS_CONF" <<TOML
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_config_dir = "$CONTAINERS/networks"
TOML
cat >"$CONTAINERS_STORAGE_CONF" <<TOML
[storage]
driver = "overlay"
graphroot = "$CONTAINERS/storage"
runroot = "$CONTAINERS/run"
TOML

# build_image TAG ARGUMENT...: the compiler's cache lies in TMPDIR.
build_image() {
  mkdir -p "$CONTAINERS/tmp"
  TMPDIR=$CONTAINERS/tmp podman build --isolation chroot --pull=never --tag "$@"
}

# free_port: one that nothing listens on now, below those that Linux gives out by itself.
free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)); do
    ! { : <"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null && echo "$port" && return
  done
}

# The command that the image's or the file's health check names: without systemd nobody else
# runs it.
is_healthy() { podman healthcheck run "$1" >/dev/null 2>&1; }
