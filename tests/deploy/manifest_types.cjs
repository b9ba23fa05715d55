// Usage: node manifest_types.cjs NODE_MODULES WORK_DIR <MANIFESTS.yaml
//
// Judges Kubernetes objects by the types that the API's own schemas were turned into, as
// strictly as TypeScript takes an object literal: no unknown field, none missing, each of its
// type, at any depth.
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const [nodeModules, workDir] = process.argv.slice(2).map((name) => path.resolve(name));
const yaml = require(path.join(nodeModules, "js-yaml"));

// Resources that come with an operator; all others are Kubernetes' own.
const PACKAGES = {
  "keda.sh": "@kubernetes-models/keda",
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
};

function moduleOf({ apiVersion, kind }) {
  const from = PACKAGES[apiVersion.split("/")[0]] ?? "kubernetes-models";
  return `${from}/${apiVersion}/${kind}`;
}

// A file for each object, so that an error's place says which it is in.
function writeTyped(object) {
  const file = path.join(workDir, `${object.kind}-${object.metadata.name}.ts`);
  const literal = JSON.stringify(object, null, 2);
  fs.writeFileSync(file, `import { I${object.kind} as Schema } from "${moduleOf(object)}";
export const object: Schema = ${literal};
`);
  return file;
}

const objects = yaml.loadAll(fs.readFileSync(0, "utf8"));
if (objects.length === 0) throw new Error("there are no objects");
fs.rmSync(workDir, { recursive: true, force: true });
fs.mkdirSync(workDir, { recursive: true });
fs.symlinkSync(nodeModules, path.join(workDir, "node_modules"));

const tsc = path.join(nodeModules, "typescript/bin/tsc");
const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022",
  "--module", "esnext", "--moduleResolution", "bundler"];
try {
  execFileSync(process.execPath, [tsc, ...options, ...objects.map(writeTyped)],
    { cwd: workDir, encoding: "utf8" });
} catch (error) {
  console.error(error.stdout);
  process.exit(1);
}
console.log(`${objects.length} objects are as their schemas want them`);
