# shellcheck shell=bash
# A private Redis and Postgres with both services in front of them, in a folder and
# on ports of their own. To be sourced after `set -euo pipefail`.
#
#   stack_start   installs, builds and starts; returns when all of it is ready
#   stack_wait    returns when one of the four processes has ended; ENDED names it
#
# After stack_start there are STACK_DIR, INGEST_ADDRESS, FLUSHER_ADDRESS and
# POSTGRES_URL. However the script ends, no process and no folder of the stack stays.

# Numbers and their order don't hang on the user's language.
export LC_ALL=C.UTF-8

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=deploy/local/processes.sh
source "$ROOT/deploy/local/processes.sh"

BIN=$ROOT/build/release/bin
STACK_DIR=
# What both services are given besides, and the flusher alone.
SERVICE_FLAGS=()
FLUSHER_FLAGS=(--schedule='@every 1s')

log_of() { echo "$STACK_DIR/$1.log"; }

# In the order of the way of a comment, so that each still has what it drains into.
stack_stop() {
  trap '' INT TERM HUP
  stop ingest TERM
  stop flusher TERM
  stop postgres INT # its SIGTERM waits for every client to leave
  stop redis TERM
  stop_rest
  [[ -z $STACK_DIR ]] || rm -rf "$STACK_DIR"
}

# Postgres refuses to be root, and wants to be able to read its working directory.
as_postgres=(env --chdir=/)
if [[ $(id -u) == 0 ]]; then
  as_postgres+=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi

make_stack_dir() {
  mkdir -p "$ROOT/build/local"
  STACK_DIR=$(mktemp -d "$ROOT/build/local/XXXXXX")
  chmod 755 "$STACK_DIR"
  "${as_postgres[@]}" test -x "$STACK_DIR" && return
  rmdir "$STACK_DIR"
  STACK_DIR=$(mktemp -d /tmp/inkwell.XXXXXX)
  chmod 755 "$STACK_DIR"
  say "Data goes to $STACK_DIR, since user postgres can't go to $ROOT."
}

build() {
  say "Building the release preset (minutes the first time, seconds later)"
  quietly "$(log_of configure)" cmake -S "$ROOT" --preset release
  quietly "$(log_of build)" cmake --build "$ROOT/build/release"
}

# on_free_port NAME: calls start_NAME with random ports until it got one, and sets
# PORT. is_NAME_ready must be sure that it is our process that answers there.
on_free_port() {
  local name=$1 attempt
  for attempt in {1..10}; do
    PORT=$((20000 + RANDOM % 10000)) # below those that Linux gives out by itself
    "start_$name" "$PORT"
    until_true 60 ended_or_ready "$name" || break
    has_ended "${pid_of[$name]}" || return 0
    grep -qi 'address already in use' "$(log_of "$name")" || break
  done
  fail_with_log "$(log_of "$name")" "$name did not start at attempt $attempt, see above"
}

ended_or_ready() { has_ended "${pid_of[$1]}" || "is_$1_ready" "$PORT"; }

start_redis() {
  mkdir -p "$STACK_DIR/redis"
  start redis "$(log_of redis)" redis-server --bind 127.0.0.1 --port "$1" \
    --dir "$STACK_DIR/redis" --appendonly yes --appendfsync everysec \
    --maxmemory-policy noeviction
}

is_redis_ready() {
  local info
  info=$(redis-cli -p "$1" info server 2>&1) || return 1
  [[ $info == *"process_id:${pid_of[redis]}"[!0-9]* ]]
}

# Of the highest version that is installed.
postgres_bin() { printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1; }

# With a password: other users of the machine reach its loopback too.
init_postgres() {
  local home=$STACK_DIR/postgres
  POSTGRES_PASSWORD=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  mkdir -m 700 "$home"
  echo "$POSTGRES_PASSWORD" >"$home/password"
  [[ $(id -u) != 0 ]] || chown -R postgres: "$home"
  quietly "$(log_of initdb)" "${as_postgres[@]}" "$(postgres_bin)/initdb" \
    --pgdata="$home/data" --username=inkwell --pwfile="$home/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync
}

start_postgres() {
  start postgres "$(log_of postgres)" "${as_postgres[@]}" "$(postgres_bin)/postgres" \
    -D "$STACK_DIR/postgres/data" -p "$1" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories=
}

# Its pid file tells: the process in the first line, the state in the eighth.
is_postgres_ready() {
  local lines
  mapfile -t lines 2>/dev/null <"$STACK_DIR/postgres/data/postmaster.pid" || return 1
  [[ ${lines[0]-} == "${pid_of[postgres]}" && ${lines[7]-} == ready* ]]
}

# sql DATABASE: runs what it reads, and prints the results' bare values.
sql() {
  PGPASSWORD=$POSTGRES_PASSWORD setsid "$(postgres_bin)/psql" --quiet --no-psqlrc --tuples-only \
    --no-align --set ON_ERROR_STOP=1 --host 127.0.0.1 --port "$POSTGRES_PORT" \
    --username inkwell --dbname "$1"
}

# start_service NAME FLAG...: sets ADDRESS.
start_service() {
  local name=$1 port_file=$STACK_DIR/$1.port
  shift
  start "$name" "$(log_of "$name")" "$BIN/inkwell-$name" \
    --listen=127.0.0.1:0 --http_listen=127.0.0.1:0 --port_file="$port_file" --redis="redis://127.0.0.1:$REDIS_PORT" \
    --log_format=text "${SERVICE_FLAGS[@]}" "$@"
  until_true 30 ended_or_has "$name" "$port_file" || true
  [[ -s $port_file ]] ||
    fail_with_log "$(log_of "$name")" "inkwell-$name did not start, see above"
  ADDRESS=127.0.0.1:$(<"$port_file")
}

ended_or_has() { has_ended "${pid_of[$1]}" || [[ -s $2 ]]; }

has_tables() { sql inkwell <<<'SELECT 1 FROM comments LIMIT 1' >/dev/null 2>&1; }

stack_start() {
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap stack_stop EXIT
  "$ROOT/deploy/local/deps" build run
  make_stack_dir
  build

  say "Starting Redis and Postgres, both services in front of them"
  on_free_port redis
  REDIS_PORT=$PORT
  init_postgres
  on_free_port postgres
  POSTGRES_PORT=$PORT
  sql postgres <<<'CREATE DATABASE inkwell'
  POSTGRES_URL=postgresql://inkwell:$POSTGRES_PASSWORD@127.0.0.1:$POSTGRES_PORT/inkwell

  start_service ingest
  INGEST_ADDRESS=$ADDRESS
  INKWELL_POSTGRES=$POSTGRES_URL start_service flusher "${FLUSHER_FLAGS[@]}"
  # shellcheck disable=SC2034 # demo has no use for it, up has
  FLUSHER_ADDRESS=$ADDRESS
  until_true 30 has_tables ||
    fail_with_log "$(log_of flusher)" "inkwell-flusher made no tables within 30 s, see above"
}

stack_wait() {
  wait -n "${pid_of[@]}" || true
  for ENDED in "${!pid_of[@]}"; do
    has_ended "${pid_of[$ENDED]}" && return
  done
}
