#!/usr/bin/env bash
# What the image has for arm64, executed on amd64 by qemu's emulation of single programs: Node, the program, and the native
# parts that can be used there. A bridge is too slow so, and its guardian ends it; USB and pins cannot be had.
# usage: arm64-program.sh ARCHIVE
set -u
archive=$(realpath "$1")
cd "$(dirname "$0")/../.."

skip() {
  echo "skipped: $*"
  exit 0
}
fail() {
  echo "FAILED: $*"
  tail -n 20 "$work"/said* 2>/dev/null
  exit 1
}

[ "$(uname -m)" = x86_64 ] || skip "this emulates arm64 on amd64"
if ! command -v qemu-aarch64-static >/dev/null; then
  [ "$(id -u)" = 0 ] || skip "only root may install qemu"
  export DEBIAN_FRONTEND=noninteractive
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends qemu-user-static) >/dev/null 2>&1
  command -v qemu-aarch64-static >/dev/null || skip "qemu cannot be installed here"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/layout" "$work/root"
tar -xf "$archive" -C "$work/layout" || exit 1
layers=$(cd "$work/layout" && node -e '
  const fs = require("fs");
  const read = (digest) => JSON.parse(fs.readFileSync(`blobs/${digest.replace(":", "/")}`));
  const [entry] = JSON.parse(fs.readFileSync("index.json")).manifests;
  const found = read(entry.digest).manifests.find(({ platform }) => platform.architecture === "arm64");
  for (const { digest } of found ? read(found.digest).layers : []) console.log(`blobs/${digest.replace(":", "/")}`);')
[ -n "$layers" ] || skip "the image has nothing for arm64"
for layer in $layers; do tar -xzf "$work/layout/$layer" -C "$work/root" || exit 1; done

home=$work/root/usr/lib/valt-bridge
bridge() { qemu-aarch64-static -L "$work/root" "$home/bin/node" "$home/app/dist/src/main.js" "$@"; }
export HOME=$work XDG_STATE_HOME=$work/state XDG_RUNTIME_DIR=$work
[ "$(qemu-aarch64-static -L "$work/root" "$home/bin/node" -p process.arch)" = arm64 ] || fail "Node does not run"
bridge --version >"$work/said" 2>&1 || fail "the program does not run"
qemu-aarch64-static -L "$work/root" "$home/bin/node" --input-type=module -e '
  const app = process.argv[1];
  const load = async (name) => (await import(`${app}/node_modules/${name}`)).default;
  const { createCanvas } = await load("@napi-rs/canvas/index.js");
  createCanvas(72, 72).getContext("2d").fillText("arm64", 4, 40);
  const { DatabaseSync } = await import(`${app}/node_modules/@photostructure/sqlite/dist/index.mjs`);
  new DatabaseSync(":memory:").exec("CREATE TABLE one (two TEXT)");
  if ((await load("koffi/index.js")).load(null).func("int getpid(void)")() !== process.pid) throw new Error("koffi");
  console.log("native parts: drawing, database, calls of the C library");
' "$home/app" >"$work/said-parts" 2>&1 || fail "a native part does not run"
cat "$work/said-parts"
