#!/usr/bin/env bash
# What systemd hears of a bridge: ready, how it is, signs of life, stopping; and nothing while it hangs. systemd-notify is
# the real one; a datagram socket stands for systemd and takes part in its barrier. Needs the build in dist/.
# usage: service-notify.sh
set -u
cd "$(dirname "$0")/../.."
dist=${DIST:-dist}

skip() {
  echo "skipped: $*"
  exit 0
}
complete() {
  command -v systemd-notify && command -v python3
} >/dev/null 2>&1

[ "$(uname -s)" = Linux ] || skip "systemd is on Linux only"
if ! complete; then
  command -v apt-get >/dev/null || skip "systemd-notify or python3 is missing and there is no apt-get"
  [ "$(id -u)" = 0 ] || skip "systemd-notify or python3 is missing and only root may install it"
  export DEBIAN_FRONTEND=noninteractive
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends systemd python3) >/dev/null 2>&1
  complete || skip "systemd-notify or python3 cannot be installed here"
fi

work=$(mktemp -d)
python3 test/system/service-manager.py "$work/notify" >"$work/told" &
manager=$!
node "$dist/src/main.js" simulate --port 0 >"$work/simulator" 2>&1 &
simulator=$!
bridge=
cleanup() {
  kill -CONT $bridge 2>/dev/null
  kill "$manager" "$simulator" $bridge 2>/dev/null
  wait 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT

waits() { # waits FILE PATTERN [COUNT]: until so many lines fit, twenty seconds at most
  local count
  for _ in $(seq 200); do
    count=$(grep -c "$2" "$1" 2>/dev/null)
    [ "${count:-0}" -ge "${3:-1}" ] && return 0
    sleep 0.1
  done
  echo "waited in vain for: $2"
  tail -n 20 "$work"/*
  exit 1
}
beats() {
  grep -c '^WATCHDOG=1$' "$work/told" || true
}

waits "$work/simulator" 'http://'
url=$(grep -o 'http://[0-9.:]*' "$work/simulator" | head -n 1)
cat >"$work/site.jsonc" <<END
{
  "server": { "url": "$url", "username": "panel-bridge" },
  "rooms": { "interview-1": 1 },
  "devices": { "rack": { "kind": "osc", "listen": "udp://127.0.0.1:0" } }
}
END
waits "$work/told" listening
VALT_PASSWORD=simulator XDG_RUNTIME_DIR=$work STATE_DIRECTORY=$work NOTIFY_SOCKET=$work/notify WATCHDOG_USEC=2000000 \
  node "$dist/src/main.js" run "$work/site.jsonc" >"$work/bridge" 2>&1 &
bridge=$!

waits "$work/told" '^READY=1$'
waits "$work/told" '^STATUS=0 of 1 rooms recording; server reachable; 1 of 1 devices open'
waits "$work/told" '^WATCHDOG=1$' 3

kill -STOP $bridge
sleep 1 # what was under way when it stopped
before=$(beats)
sleep 3
after=$(beats)
[ "$before" -eq "$after" ] || { echo "a bridge that hangs gave a sign of life"; exit 1; }
kill -CONT $bridge
waits "$work/told" '^WATCHDOG=1$' $((after + 2))

kill -INT $bridge
waits "$work/told" '^STOPPING=1$'
wait $bridge
code=$?
[ "$code" -eq 0 ] || { echo "the bridge ended with $code"; exit 1; }
if grep -q 'cannot be told' "$work/bridge"; then
  cat "$work/bridge"
  exit 1
fi
echo "systemd heard: ready, status, $(beats) signs of life, none of a bridge that hung, stopping"
