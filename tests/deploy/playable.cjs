// Usage: node playable.cjs NODE_MODULES OUT_DIR <MANIFESTS.yaml
//
// Writes a file for each Pod of the Deployments and Jobs, OUT_DIR/NAME-0.yaml and so on, that
// podman 4.3 can play: with the ConfigMaps, and with Secrets made into ConfigMaps, since it gets
// volumes of Secrets wrong. Probes are left out, since it would run them in the container, and
// ports, since it would take them from the machine. How many Pods, the Deployment says, or its
// autoscaler's least.
const fs = require("node:fs");
const path = require("node:path");

const [nodeModules, outDir] = process.argv.slice(2).map((name) => path.resolve(name));
const yaml = require(path.join(nodeModules, "js-yaml"));

const decode = (value) => Buffer.from(value, "base64").toString();

function asConfigMap({ apiVersion, metadata, data }) {
  const entries = Object.entries(data).map(([key, value]) => [key, decode(value)]);
  return { apiVersion, kind: "ConfigMap", metadata, data: Object.fromEntries(entries) };
}

function playable({ metadata, spec }, index) {
  const pod = structuredClone(spec.template.spec);
  for (const volume of pod.volumes.filter(({ secret }) => secret !== undefined)) {
    volume.configMap = { name: volume.secret.secretName };
    delete volume.secret;
  }
  for (const container of pod.containers) {
    delete container.livenessProbe;
    delete container.readinessProbe;
    delete container.ports;
  }
  const { labels } = spec.template.metadata;
  const name = `${metadata.name}-${index}`;
  return { apiVersion: "v1", kind: "Pod", metadata: { name, labels }, spec: pod };
}

const objects = yaml.loadAll(fs.readFileSync(0, "utf8"));
const configMaps = [
  ...objects.filter(({ kind }) => kind === "ConfigMap"),
  ...objects.filter(({ kind }) => kind === "Secret").map(asConfigMap),
];
function replicasOf({ kind, metadata, spec }) {
  const autoscaler = objects.find((object) =>
    object.kind === "HorizontalPodAutoscaler" && object.spec.scaleTargetRef.name === metadata.name);
  return kind === "Job" ? 1 : spec.replicas ?? autoscaler.spec.minReplicas;
}

fs.mkdirSync(outDir, { recursive: true });
for (const object of objects.filter(({ kind }) => kind === "Deployment" || kind === "Job")) {
  for (let index = 0; index < replicasOf(object); ++index) {
    const documents = [...configMaps, playable(object, index)].map((document) => yaml.dump(document));
    const file = path.join(outDir, `${object.metadata.name}-${index}.yaml`);
    fs.writeFileSync(file, documents.join("---\n"));
  }
}
