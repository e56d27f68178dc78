import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { BUILT, EPOCH, PROJECT } from "./project.js";

/*
 * The container image, as an archive of the Open Container Initiative's layout (github.com/opencontainers/image-spec): for
 * each architecture a layer of the few Debian packages that Node and the native parts load, one of the program, and the state's
 * empty folder. There is no shell and no package manager in it.
 */

const HOME = "/usr/lib/valt-bridge";
const STATE = "/var/lib/valt-panel-bridge";
const ACCOUNT = 10_001;
const DEBIAN = "bookworm";
const LIBRARIES = ["libc6", "libgcc-s1", "libstdc++6", "libudev1", "libusb-1.0-0", "ca-certificates"];
/** What stays of them: no program, and nothing of the machine that made it. */
const KEPT = { "": ["lib", "lib64", "usr"], usr: ["lib", "share"], "usr/share": ["ca-certificates", "doc"] };
const TYPE = "application/vnd.oci.image";

/** Makes `valt-bridge_<version>_image.tar` in the folder, of the program as it is installed for each architecture. Gives its path. */
export async function makeImage(programs, { folder, isFast }) {
  const { MALLOC_SETTINGS: environment } = await import(join(BUILT, "src/cli/service/plan.js"));
  const layout = join(BUILT, "package/image");
  rmSync(layout, { recursive: true, force: true });
  mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
  const manifests = [...programs].map(([architecture, installed]) => {
    const layers = makeTrees(architecture, installed).map((tree) => addLayer(layout, tree, isFast));
    return {
      ...addManifest(layout, { architecture, environment }, layers),
      platform: { architecture, os: "linux" },
    };
  });
  const index = { schemaVersion: 2, mediaType: `${TYPE}.index.v1+json`, manifests };
  const name = { "org.opencontainers.image.ref.name": PROJECT.version };
  const entry = { ...addJson(layout, `${TYPE}.index.v1+json`, index), annotations: name };
  writeFileSync(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, `valt-bridge_${PROJECT.version}_image.tar`);
  makeTar(archive, { tree: layout, owner: 0, paths: ["oci-layout", "index.json", "blobs"] });
  return archive;
}

/** What goes into each layer, from the one that changes least. */
function makeTrees(architecture, installed) {
  const place = (name) => join(BUILT, "package", `image-${architecture}-${name}`);
  const [base, program, state] = [place("base"), place("program"), place("state")];
  for (const tree of [base, program, state]) rmSync(tree, { recursive: true, force: true });
  makeBase(base, architecture);
  cpSync(installed, join(program, HOME), { recursive: true });
  mkdirSync(join(state, STATE), { recursive: true });
  chmodSync(join(state, STATE), 0o700);
  return [
    { tree: base, owner: 0, paths: readdirSync(base).sort() },
    { tree: program, owner: 0, paths: [HOME.slice(1)] },
    { tree: state, owner: ACCOUNT, paths: [STATE.slice(1)] },
  ];
}

function makeBase(tree, architecture) {
  const words = ["--variant=extract", `--architectures=${architecture}`, `--include=${LIBRARIES.join(",")}`];
  execFileSync("mmdebstrap", ["--quiet", ...words, DEBIAN, tree], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  for (const [folder, names] of Object.entries(KEPT))
    for (const name of readdirSync(join(tree, folder)).filter((one) => !names.includes(one)))
      rmSync(join(tree, folder, name), { recursive: true, force: true });
  for (const path of ["dev", "etc", "proc", "run", "sys", "tmp", "var/lib"])
    mkdirSync(join(tree, path), { recursive: true });
  const write = (path, lines) => writeFileSync(join(tree, path), `${lines.join("\n")}\n`, { mode: 0o644 });
  write("etc/passwd", ["root:x:0:0::/:/none", `valt-bridge:x:${ACCOUNT}:${ACCOUNT}::${STATE}:/none`]);
  write("etc/group", ["root:x:0:", `valt-bridge:x:${ACCOUNT}:`]);
  const certificates = join(tree, "usr/share/ca-certificates/mozilla");
  mkdirSync(join(tree, "etc/ssl/certs"), { recursive: true });
  write(
    "etc/ssl/certs/ca-certificates.crt",
    readdirSync(certificates)
      .sort()
      .map((name) => readFileSync(join(certificates, name), "utf8").trim()),
  );
}

/** The archive's own sum is the layer's identity, the compressed one's the blob's. */
function addLayer(layout, files, isFast) {
  const file = join(layout, "layer");
  makeTar(file, files);
  const diffId = digestOf(file);
  execFileSync("gzip", ["--no-name", isFast ? "-1" : "-9", file]);
  return { ...addBlob(layout, `${TYPE}.layer.v1.tar+gzip`, `${file}.gz`), diffId };
}

function addManifest(layout, { architecture, environment }, layers) {
  const main = [`${HOME}/bin/node`, `${HOME}/app/dist/src/main.js`];
  const created = new Date(EPOCH * 1000).toISOString();
  const image = {
    ...{ created, architecture, os: "linux" },
    config: {
      User: `${ACCOUNT}:${ACCOUNT}`,
      // Secrets are found as credentials are: /run/secrets/valt-password.
      Env: [
        ...[`STATE_DIRECTORY=${STATE}`, `HOME=${STATE}`, "CREDENTIALS_DIRECTORY=/run/secrets"],
        ...Object.entries(environment).map((pair) => pair.join("=")),
      ],
      Entrypoint: main,
      Cmd: ["run", "/etc/valt-bridge/mapping.jsonc"],
      Volumes: { [STATE]: {} },
      WorkingDir: "/",
      Labels: {
        "org.opencontainers.image.title": "valt-bridge",
        "org.opencontainers.image.version": PROJECT.version,
        "org.opencontainers.image.licenses": PROJECT.license,
      },
      StopSignal: "SIGTERM",
      Healthcheck: { Test: ["CMD", ...main, "status"], Interval: 30e9, Timeout: 10e9, StartPeriod: 20e9 },
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created, created_by: "npm run package -- image" })),
  };
  return addJson(layout, `${TYPE}.manifest.v1+json`, {
    schemaVersion: 2,
    mediaType: `${TYPE}.manifest.v1+json`,
    config: addJson(layout, `${TYPE}.config.v1+json`, image),
    layers: layers.map(({ diffId: _, ...blob }) => blob),
  });
}

function addJson(layout, mediaType, value) {
  const file = join(layout, "blob");
  writeFileSync(file, JSON.stringify(value));
  return addBlob(layout, mediaType, file);
}

function addBlob(layout, mediaType, file) {
  const [digest, { size }] = [digestOf(file), statSync(file)];
  renameSync(file, join(layout, "blobs", digest.replace(":", "/")));
  return { mediaType, digest, size };
}

function digestOf(file) {
  return `sha256:${createHash("sha256").update(readFileSync(file)).digest("hex")}`;
}

/** The same bytes for the same files, whenever and by whomever. */
function makeTar(file, { tree, owner, paths }) {
  const alike = ["--format=gnu", "--sort=name", `--mtime=@${EPOCH}`, "--numeric-owner"];
  const owners = [`--owner=${owner}`, `--group=${owner}`];
  execFileSync("tar", ["-C", tree, ...alike, ...owners, "-cf", file, ...paths]);
}
