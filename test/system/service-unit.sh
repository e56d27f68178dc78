#!/usr/bin/env bash
# The unit that the command service prints, read by systemd's own checker. Needs the build in dist/.
# usage: service-unit.sh
set -u
cd "$(dirname "$0")/../.."
dist=${DIST:-dist}

skip() {
  echo "skipped: $*"
  exit 0
}

[ "$(uname -s)" = Linux ] || skip "systemd is on Linux only"
if ! command -v systemd-analyze >/dev/null; then
  command -v apt-get >/dev/null || skip "systemd-analyze is missing and there is no apt-get"
  [ "$(id -u)" = 0 ] || skip "systemd-analyze is missing and only root may install it"
  export DEBIAN_FRONTEND=noninteractive
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends systemd) >/dev/null 2>&1
  command -v systemd-analyze >/dev/null || skip "systemd-analyze cannot be installed here"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unit=$work/valt-bridge.service

verify() { # verify FILE: prints what is wrong with a unit, and fails if anything is
  local said
  said=$(systemd-analyze verify --man=no "$1" 2>&1) && [ -z "$said" ] && return 0
  echo "$said"
  return 1
}

for mapping in mappings/*.jsonc; do
  node "$dist/src/main.js" service "$mapping" --instance north-wing >"$unit" || exit 1
  verify "$unit" || { echo "of $mapping"; exit 1; }
done

# The checker sees mistakes, and so its silence means something.
sed 's/^WatchdogSec=.*/WatchdogSec=often/; s/^RestrictRealtime=/RestrictRealTime=/' "$unit" >"$work/wrong.service"
if verify "$work/wrong.service" >"$work/said"; then
  echo "systemd-analyze found nothing in a wrong unit"
  exit 1
fi
grep -q often "$work/said" && grep -q RestrictRealTime "$work/said" || { cat "$work/said"; exit 1; }
echo "the units of $(ls mappings/*.jsonc | wc -l) mappings are in order"
