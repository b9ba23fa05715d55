# shellcheck shell=bash
# The parts of tests/run that judge deploy/. To be sourced there: uses its build, check and
# fail, and $tools and $work.

npm_for_deploy=(kubernetes-models@5.1.0 @kubernetes-models/keda@2.0.0
  @kubernetes-models/prometheus-operator@6.0.0 typescript@5.9.3 js-yaml@4.1.0
  dockerfilelint@1.8.0)

install_npm_for_deploy() {
  [[ -d $tools/node_modules/kubernetes-models && -d $tools/node_modules/dockerfilelint ]] ||
    npm install --silent --no-fund --no-audit --prefix "$tools" "${npm_for_deploy[@]}"
}

check_dockerfile() {
  "$tools/node_modules/.bin/dockerfilelint" --config "$PWD/tests/deploy/lint" Dockerfile
}

check_prometheus_rule() {
  diff deploy/kubernetes/prod/prometheus_rule.yaml <(deploy/prometheus/as_prometheus_rule)
}

# Each alert has a chapter of its own in the runbook, and leads there.
check_runbook() {
  local alert missing=0
  while read -r alert; do
    grep -qx "### $alert" deploy/README.md &&
      grep -q "runbook_url: deploy/README.md#${alert,,}\$" deploy/prometheus/rules.yaml && continue
    echo "$alert has no chapter in deploy/README.md, or does not lead there"
    missing=1
  done < <(sed -n 's/.*alert: //p' deploy/prometheus/rules.yaml)
  [[ $missing == 0 ]]
}

# manifests OVERLAY JUDGE ARGUMENT...
manifests() {
  local overlay=$1 judge=$2
  shift 2
  tests/deploy/kubectl kustomize "deploy/kubernetes/$overlay" |
    node "tests/deploy/$judge" "$tools/node_modules" "$@"
}

# can_have NAME COMMAND...: gets a tool. Where that fails, what needs it is skipped, and that
# is said.
can_have() {
  local name=$1 log=$work/tool.log
  shift
  "$@" >"$log" 2>&1 && return
  tail -n 3 "$log"
  echo "skipped what needs $name, which can't be had here"
  return 1
}

check_overlays() {
  local overlay
  for overlay in dev prod; do
    check "$overlay overlay: schemas" manifests "$overlay" manifest_types.cjs "$work/$overlay"
    check "$overlay overlay: settings" manifests "$overlay" manifest_settings.cjs build/dev/bin
    check "$overlay overlay: network" manifests "$overlay" manifest_network.cjs
  done
}

check_foreign_clients() {
  local mode buf=()
  can_have buf install_buf && buf=("$tools/node_modules/.bin/buf")
  for mode in plain secured; do
    check "foreign clients over reflection, $mode" \
      tests/deploy/foreign_client build/dev/bin "$mode" "${buf[@]}"
  done
}

part_deploy() {
  check "promtool check rules" promtool check rules deploy/prometheus/rules.yaml
  check "promtool check config" promtool check config deploy/prometheus/prometheus.yaml
  check "promtool test rules" promtool test rules tests/deploy/rules_test.yaml
  check "PrometheusRule is the rules" check_prometheus_rule
  check "runbook has each alert" check_runbook
  build dev || {
    fail "deploy: preset dev does not build"
    return
  }
  check "metrics, dashboard and rules of a running pair" tests/deploy/metrics build/dev/bin
  check_foreign_clients
  can_have "npm's judges" install_npm_for_deploy || return 0
  check "dockerfilelint" check_dockerfile
  can_have kubectl tests/deploy/kubectl version --client || return 0
  check_overlays
}

# Whether images can be made and run here; says why if not.
can_contain() {
  if [[ $(id -u) != 0 ]]; then
    echo "skipped $1: only root can make the images without an engine"
  elif ! unshare --mount --net --pid --fork true 2>/dev/null; then
    echo "skipped $1: this machine lets not even root make namespaces"
  else
    can_have podman deploy/local/deps containers && return
  fi
  return 1
}

part_containers() {
  can_contain containers || return 0
  build dev || { # for the load generator
    fail "containers: preset dev does not build"
    return
  }
  check "images build" tests/deploy/images
  check "images run read-only, without capabilities" tests/deploy/run_images
  check "compose up, and comments through it" tests/deploy/compose_up
  can_have "npm's judges" install_npm_for_deploy || return 0
  can_have kubectl tests/deploy/kubectl version --client || return 0
  check "the dev overlay's pods, and a load through them while one stops" tests/deploy/play_dev
}

part_debian13() {
  can_contain debian13 || return 0
  check "unit and contract tests on Debian 13" tests/deploy/images test
}
