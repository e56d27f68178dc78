#!/usr/bin/env bash
# Loses the power of the bridge CUTS times, at any moment: the built program is watched by strace, and of what it wrote only
# what it had synced is sure to be there afterwards. No acknowledged mark may be lost or doubled, and the journal verifies.
# Needs the build in dist/. usage: power-cut.sh [CUTS]      (POWER_SEED= for other moments)
set -u
cd "$(dirname "$0")/../.."

skip() {
  echo "skipped: $*"
  exit 0
}

[ "$(uname -s)" = Linux ] || skip "strace is on Linux only"
[ -e dist/src/main.js ] || { echo "run npm run build first"; exit 1; }
if ! command -v strace >/dev/null; then
  command -v apt-get >/dev/null || skip "strace is missing and there is no apt-get"
  [ "$(id -u)" = 0 ] || skip "strace is missing and only root may install it"
  export DEBIAN_FRONTEND=noninteractive
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends strace) >/dev/null 2>&1
  command -v strace >/dev/null || skip "strace cannot be installed here"
fi
strace -D -f --seccomp-bpf -o /dev/null true 2>/dev/null || skip "processes may not be watched here"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# As often as is asked for, and no more: a violation that does not come again is one all the same.
POWER_CUTS=${1:-100} POWER_REPORT=$work/report npx vitest run --retry=0 test/trust/power-cut >"$work/out" 2>&1
code=$?
cat "$work/report" 2>/dev/null
[ "$code" -eq 0 ] || { [ -e "$work/report" ] || tail -n 40 "$work/out"; echo "power cuts: FAILED"; }
exit "$code"
