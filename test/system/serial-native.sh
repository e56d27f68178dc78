#!/usr/bin/env bash
# Serial lines against other people's programs: socat's pseudo terminals, and ser2net as the device server, raw and with
# RFC 2217. Nothing of the bridge is replaced.
# usage: serial-native.sh
set -u
cd "$(dirname "$0")/../.."

skip() {
  echo "skipped: $*"
  exit 0
}
complete() {
  command -v socat && command -v ser2net
} >/dev/null 2>&1

[ "$(uname -s)" = Linux ] || skip "pseudo terminals are only played on Linux"
if ! complete; then
  command -v apt-get >/dev/null || skip "socat or ser2net is missing and there is no apt-get"
  [ "$(id -u)" = 0 ] || skip "socat or ser2net is missing and only root may install it"
  export DEBIAN_FRONTEND=noninteractive
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends socat ser2net) >/dev/null 2>&1
  complete || skip "socat or ser2net cannot be installed here"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
node test/system/serial-native.mjs "$work" "${DIST:-dist}"
