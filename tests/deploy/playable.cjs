// Usage: node playable.cjs NODE_MODULES OUT_DIR <MANIFESTS.yaml
//
// Writes a file for each Deployment and Job, OUT_DIR/NAME.yaml, that podman 4.3 can play: with
// the ConfigMaps, and with Secrets made into ConfigMaps, since it gets volumes of Secrets
// wrong. A Job, which it doesn't know, becomes a Pod; probes are left out, since it would run
// them in the container.
const fs = require("node:fs");
const path = require("node:path");

const [nodeModules, outDir] = process.argv.slice(2).map((name) => path.resolve(name));
const yaml = require(path.join(nodeModules, "js-yaml"));

const decode = (value) => Buffer.from(value, "base64").toString();

function asConfigMap({ apiVersion, metadata, data }) {
  const entries = Object.entries(data).map(([key, value]) => [key, decode(value)]);
  return { apiVersion, kind: "ConfigMap", metadata, data: Object.fromEntries(entries) };
}

function playable({ kind, apiVersion, metadata, spec }) {
  const pod = spec.template.spec;
  for (const volume of pod.volumes.filter(({ secret }) => secret !== undefined)) {
    volume.configMap = { name: volume.secret.secretName };
    delete volume.secret;
  }
  for (const container of pod.containers) {
    delete container.livenessProbe;
    delete container.readinessProbe;
  }
  if (kind === "Job") return { apiVersion: "v1", kind: "Pod", metadata, spec: pod };
  return { apiVersion, kind, metadata, spec: { ...spec, replicas: 1 } };
}

const objects = yaml.loadAll(fs.readFileSync(0, "utf8"));
const configMaps = [
  ...objects.filter(({ kind }) => kind === "ConfigMap"),
  ...objects.filter(({ kind }) => kind === "Secret").map(asConfigMap),
];
fs.mkdirSync(outDir, { recursive: true });
for (const object of objects.filter(({ kind }) => kind === "Deployment" || kind === "Job")) {
  const documents = [...configMaps, playable(object)].map((document) => yaml.dump(document));
  fs.writeFileSync(path.join(outDir, `${object.metadata.name}.yaml`), documents.join("---\n"));
}
