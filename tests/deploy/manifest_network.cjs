// Usage: node manifest_network.cjs NODE_MODULES <MANIFESTS.yaml
//
// Judges by the NetworkPolicies, as a cluster that enforces them would: that each of Inkwell's
// pods may call what its settings tell it to call, and that stores of the overlay's own answer.
const fs = require("node:fs");
const path = require("node:path");

const [nodeModules] = process.argv.slice(2).map((name) => path.resolve(name));
const yaml = require(path.join(nodeModules, "js-yaml"));

const objects = yaml.loadAll(fs.readFileSync(0, "utf8"));
const ofKind = (...kinds) => objects.filter(({ kind }) => kinds.includes(kind));
const policies = ofKind("NetworkPolicy");
const pods = new Map(ofKind("Deployment", "Job").map(({ metadata, spec }) =>
  [metadata.name, spec.template]));

const DNS_PORT = 53;
const REDIS_PORT = 6379;
const POSTGRES_PORT = 5432;
const OTLP_PORT = 4317;
const CALLS = {
  "inkwell-ingest": [REDIS_PORT],
  "inkwell-flusher": [REDIS_PORT, POSTGRES_PORT],
  "inkwell-migrate": [POSTGRES_PORT],
};
const STORES = { redis: REDIS_PORT, postgres: POSTGRES_PORT }; // of overlays that have their own

const problems = [];
function expect(holds, problem) {
  if (!holds) problems.push(problem);
}

function selects({ matchLabels = {}, matchExpressions = [] }, labels) {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) =>
      operator === "In" && values.includes(labels[key]));
}

// The rules of the policies that hold for the pod; undefined if none does, and all is allowed.
function rulesFor(pod, type, rules) {
  const held = policies.filter(({ spec }) =>
    spec.policyTypes.includes(type) && selects(spec.podSelector, pod.metadata.labels));
  return held.length === 0 ? undefined : held.flatMap(({ spec }) => spec[rules] ?? []);
}

// A named port means one of the pod that is called.
function allowsPort({ ports }, port, called) {
  const named = (called?.spec.containers ?? []).flatMap((container) => container.ports ?? [])
    .find(({ containerPort }) => containerPort === port)?.name;
  return ports === undefined || ports.some((allowed) => [port, named].includes(allowed.port));
}

function mayCall(pod, port) {
  const rules = rulesFor(pod, "Egress", "egress");
  return rules === undefined || rules.some((rule) => allowsPort(rule, port));
}

function answers(store, pod, port) {
  const rules = rulesFor(store, "Ingress", "ingress");
  return rules === undefined || rules.some((rule) => allowsPort(rule, port, store) &&
    (rule.from ?? []).some((peer) => selects(peer.podSelector ?? {}, pod.metadata.labels)));
}

function settingsOf(pod) {
  const names = pod.spec.containers.flatMap(({ envFrom }) =>
    envFrom.map(({ configMapRef }) => configMapRef.name));
  return Object.assign({}, ...ofKind("ConfigMap")
    .filter(({ metadata }) => names.includes(metadata.name)).map(({ data }) => data));
}

for (const [name, stores] of Object.entries(CALLS)) {
  const pod = pods.get(name);
  const traces = settingsOf(pod).INKWELL_OTLP_ENDPOINT;
  const tracesPort = Number(traces && new URL(traces).port) || OTLP_PORT;
  for (const port of [DNS_PORT, ...stores, tracesPort]) {
    expect(mayCall(pod, port), `no NetworkPolicy lets ${name} call port ${port}`);
  }
  for (const [store, port] of Object.entries(STORES)) {
    if (!stores.includes(port) || !pods.has(store)) continue;
    expect(answers(pods.get(store), pod, port), `a NetworkPolicy keeps ${name} from ${store}`);
  }
}
expect(policies.length > 0, "there is no NetworkPolicy");
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
