# shellcheck shell=bash
# Starting and stopping processes so that none outlives the script, however that
# ends. To be sourced after `set -euo pipefail`.
#
# All run in the background, each in a session of its own: bash takes no signal
# while it waits for the foreground, and Ctrl-C would reach the processes all at
# once, while they have to be stopped in order.

declare -A pid_of=() # by name

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# fail_with_log LOG MESSAGE: shows the end of the log first.
fail_with_log() {
  tail -n 30 "$1" >&2
  shift
  fail "$@"
}

# quietly LOG COMMAND...: runs the command to its end; only if it fails, shows what
# it said.
quietly() {
  local log=$1
  shift
  setsid "$@" </dev/null >"$log" 2>&1 &
  wait $! || fail_with_log "$log" "this failed, see above: $*"
}

# start NAME LOG COMMAND...
start() {
  local name=$1 log=$2
  shift 2
  setsid "$@" </dev/null >"$log" 2>&1 &
  pid_of[$name]=$!
}

has_ended() { ! kill -0 "$1" 2>/dev/null; }

# until_true SECONDS COMMAND...: tries until the command succeeds; fails if it does
# not within that time.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# end_process PID SIGNAL: asks it to end and waits; after 20 s it is not asked any more.
end_process() {
  kill -"$2" "$1" 2>/dev/null || return 0
  until_true 20 has_ended "$1" || kill -KILL "$1" 2>/dev/null || true
}

# stop NAME SIGNAL
stop() {
  local pid=${pid_of[$1]-}
  unset "pid_of[$1]"
  [[ -z $pid ]] || end_process "$pid" "$2"
}

# All that is left: what `quietly` waits for, or what was started a moment before
# a signal came, with its children.
stop_rest() {
  local pid
  for pid in $(jobs -p); do
    kill -TERM -- "-$pid" 2>/dev/null || true
    end_process "$pid" TERM
  done
}
