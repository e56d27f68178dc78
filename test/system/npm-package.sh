#!/usr/bin/env bash
# The npm package as people get it: from a registry, into an empty folder and through npx. What is installed is what is locked, no
# script ran, it is smaller than 90 MB, and its demo is pressed.
# usage: npm-package.sh TARBALL
set -u
tarball=$(realpath "$1")
cd "$(dirname "$0")/../.."

fail() {
  echo "FAILED: $*"
  exit 1
}

work=$(mktemp -d)
registry=
demo=
cleanup() {
  [ -z "$demo" ] || { kill -- "-$demo"; wait "$demo"; } 2>/dev/null
  kill $registry 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT

waits() { # waits SECONDS PATTERN FILE
  for _ in $(seq "$(($1 * 5))"); do
    grep -qE "$2" "$3" && return 0
    sleep 0.2
  done
  fail "it never said: $2; but: $(tail -n 3 "$3")"
}

node test/system/registry.mjs "$tarball" >"$work/registry" &
registry=$!
waits 10 http "$work/registry"
export npm_config_registry npm_config_cache=$work/cache npm_config_update_notifier=false
usual=$(npm config get registry)
if ! npm view koffi version >/dev/null 2>&1; then
  echo "skipped: no registry answers here"
  exit 0
fi
npm_config_registry=$(cat "$work/registry")
[ "$npm_config_registry" != "$usual" ] || fail "the registry of this test has no address of its own"

mkdir "$work/clean"
(cd "$work/clean" && npm install --silent --no-audit --no-fund valt-panel-bridge) >"$work/said" 2>&1 || fail "$(cat "$work/said")"
node test/system/installed-tree.mjs "$work/clean" || exit 1

# As anybody types it. With a process group of its own, since npx starts another program.
set -m
(cd "$work" && exec npx --yes valt-panel-bridge demo) >"$work/demo" 2>&1 &
demo=$!
set +m
waits 60 'Ctrl-C ends the demo' "$work/demo"
port=$(sed -nE 's#.*/dev/udp/127.0.0.1/([0-9]+).*#\1#p' "$work/demo" | head -n 1)
echo /valt/room/interview-1/start >"/dev/udp/127.0.0.1/$port"
waits 10 'interview-1: recording' "$work/demo"
echo "npx valt-panel-bridge demo ran, and it was pressed"
