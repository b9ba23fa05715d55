// Usage: node manifest_settings.cjs NODE_MODULES BIN_DIR <MANIFESTS.yaml
//
// Judges what no schema knows of: that each flag and each INKWELL_ variable in the manifests is
// one of the program's, that each ConfigMap named is there, and that a pod gets the time that
// --drain_timeout lets it take.
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const [nodeModules, binDir] = process.argv.slice(2).map((name) => path.resolve(name));
const yaml = require(path.join(nodeModules, "js-yaml"));

const objects = yaml.loadAll(fs.readFileSync(0, "utf8"));
const configMaps = new Map(objects.filter(({ kind }) => kind === "ConfigMap")
  .map(({ metadata, data }) => [metadata.name, data]));

const problems = [];
function expect(holds, problem) {
  if (!holds) problems.push(problem);
}

function flagsOf(program) {
  const help = execFileSync(path.join(binDir, program), ["--help"], { encoding: "utf8" });
  const flags = new Set([...help.matchAll(/^ {2}--(\w+)=/gm)].map(([, name]) => name));
  return flags;
}

const secondsOf = (duration) => Number(/^(\d+)s$/.exec(duration)[1]);

// Both services may take --drain_timeout twice, for one thing after the other; ingest waits
// --shutdown_delay before.
function checkGrace(where, pod, container, settings) {
  const asked = container.lifecycle.preStop.sleep.seconds +
    secondsOf(settings.INKWELL_SHUTDOWN_DELAY ?? "1s") +
    2 * secondsOf(settings.INKWELL_DRAIN_TIMEOUT) + 5;
  expect(pod.terminationGracePeriodSeconds >= asked,
    `${where}: terminationGracePeriodSeconds must be ${asked} at least`);
}

function checkContainer(where, pod, container) {
  const program = /\b(inkwell-\w+)(:|$)/.exec(container.image)?.[1];
  if (program === undefined) return false;
  const settings = {};
  for (const { configMapRef } of container.envFrom) {
    expect(configMaps.has(configMapRef.name), `${where}: there is no ConfigMap ${configMapRef.name}`);
    Object.assign(settings, configMaps.get(configMapRef.name));
  }
  const flags = flagsOf(program);
  for (const [flag] of container.args.join(" ").matchAll(/(?<=--)\w+/g)) {
    expect(flags.has(flag), `${where}: ${program} has no flag --${flag}`);
  }
  for (const variable of Object.keys(settings)) {
    const flag = variable.replace(/^INKWELL_/, "").toLowerCase();
    expect(flags.has(flag), `${where}: ${program} does not know ${variable}`);
  }
  if (container.lifecycle !== undefined) checkGrace(where, pod, container, settings);
  return true;
}

let checked = 0;
for (const { kind, metadata, spec } of objects) {
  const pod = spec?.template?.spec;
  for (const container of pod?.containers ?? []) {
    if (checkContainer(`${kind} ${metadata.name}`, pod, container)) ++checked;
  }
}
expect(checked === 3, `expected ingest, flusher and migrate, found ${checked} of them`);
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
