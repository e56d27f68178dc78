#!/usr/bin/env bash
# The container image, unpacked and run as the runtimes of containers do it (umoci, runc): not as root, nothing but the state can be
# written to, without any right. The demo is pressed, and the health check asks it.
# usage: container-image.sh ARCHIVE
set -u
archive=$(realpath "$1")
cd "$(dirname "$0")/../.."

skip() {
  echo "skipped: $*"
  exit 0
}
fail() {
  echo "FAILED: $*"
  cat "$work/said" 2>/dev/null
  exit 1
}
complete() {
  command -v umoci && command -v runc
} >/dev/null 2>&1

[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] || skip "this needs Debian's tools on amd64"
[ "$(id -u)" = 0 ] || skip "only root can run containers without a daemon here"
if ! complete; then
  export DEBIAN_FRONTEND=noninteractive
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends umoci runc) >/dev/null 2>&1
  complete || skip "umoci or runc cannot be installed here"
fi

work=$(mktemp -d)
name=valt-bridge-$$
cleanup() {
  runc delete --force "$name" >/dev/null 2>&1
  rm -rf "$work"
}
trap cleanup EXIT

mkdir "$work/layout" "$work/state"
tar -xf "$archive" -C "$work/layout" || exit 1
umoci unpack --image "$work/layout:$(node -p 'require("./package.json").version')" "$work/bundle" >/dev/null || fail "umoci cannot read it"
echo "the image is read by umoci: $(du -m "$archive" | cut -f 1) MB, unpacked $(du -sm "$work/bundle/rootfs" | cut -f 1) MB"
for path in bin/sh usr/bin/perl etc/resolv.conf; do
  [ ! -e "$work/bundle/rootfs/$path" ] || fail "it has $path"
done

chown 10001:10001 "$work/state"
chmod 700 "$work/state"
node -e '
  const fs = require("fs");
  const [file, state] = process.argv.slice(1);
  const config = JSON.parse(fs.readFileSync(file));
  config.root.readonly = true;
  config.process.terminal = false;
  config.process.args.splice(2, Infinity, "demo");
  config.process.capabilities = {};
  // The health of no container depends on its control group, and not every kernel has one for it.
  config.mounts = config.mounts.filter(({ type }) => type !== "cgroup");
  config.mounts.push({ destination: "/var/lib/valt-panel-bridge", type: "bind", source: state, options: ["bind", "rw"] });
  fs.writeFileSync(file, JSON.stringify(config));' "$work/bundle/config.json" "$work/state"
runc run --detach --bundle "$work/bundle" "$name" >"$work/said" 2>&1 || {
  grep -qiE 'cgroup|mount|namespace' "$work/said" && skip "no container can be run here: $(tail -n 1 "$work/said")"
  fail "it does not start"
}
pid=$(runc state "$name" | sed -n 's/^ *"pid": \([0-9]*\).*/\1/p')

waits() { # waits PATTERN: until the demo has said so, thirty seconds at most
  for _ in $(seq 150); do
    grep -qE "$1" "$work/said" && return 0
    sleep 0.2
  done
  fail "it never said: $1"
}
waits 'Ctrl-C ends the demo'
nsenter -t "$pid" -n bash -c 'echo /valt/room/interview-1/start >/dev/udp/127.0.0.1/9000'
waits 'interview-1: recording'
main="/usr/lib/valt-bridge/bin/node /usr/lib/valt-bridge/app/dist/src/main.js"
runc exec "$name" $main status >"$work/health" || fail "the health check fails"
[ "$(stat -c %u "/proc/$pid")" = 10001 ] || fail "it runs as $(stat -c %u "/proc/$pid")"
runc exec "$name" $main schema >/dev/null || fail "a command cannot be run in it"
runc exec "$name" /usr/lib/valt-bridge/bin/node -e 'require("fs").writeFileSync("/usr/lib/valt-bridge/x", "")' 2>"$work/refused" &&
  fail "its file system can be written to"
grep -q EROFS "$work/refused" || fail "not for being read-only: $(cat "$work/refused")"
[ -n "$(find "$work/state" -name '*.sqlite*' -o -name '*.db*' | head -n 1)" ] || fail "no journal in $(find "$work/state")"
runc kill "$name" TERM
waits 'bridge and simulator stopped'
runc exec "$name" $main status >/dev/null 2>&1 && fail "the health check finds a bridge that has ended"
echo "run without root, rights or a file system to write to; pressed, healthy, stopped"
