#!/usr/bin/env bash
# The demo as the README shows it, driven by oscsend and watched by oscdump (Debian: liblo-tools).
set -u
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work
stdbuf -oL oscdump -L 9002 >"$work/tally" 2>&1 &
dump=$!
node dist/src/main.js demo --instance liblo-test >"$work/demo" 2>&1 &
demo=$!
cleanup() {
  kill "$dump" "$demo" 2>/dev/null
  wait "$demo" 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT

waits() { # waits FILE PATTERN: until the pattern stands in the file, ten seconds at most
  for _ in $(seq 100); do
    grep -q "$2" "$1" && return 0
    sleep 0.1
  done
  echo "waited in vain for: $2"
  tail -n 20 "$work/demo" "$work/tally"
  exit 1
}
room=/valt/room/interview-1
waits "$work/tally" "$room/state s \"available\""
oscsend 127.0.0.1 9000 $room/start
waits "$work/tally" "$room/state s \"recording\""
oscsend 127.0.0.1 9000 $room/marker s "a word"
waits "$work/demo" 'mark "a word" delivered'
oscsend 127.0.0.1 9000 $room/pause
waits "$work/tally" "$room/state s \"paused\""
oscsend 127.0.0.1 9000 $room/resume
oscsend 127.0.0.1 9000 $room/stop
for _ in $(seq 100); do
  [ "$(grep -c "$room/state s \"available\"" "$work/tally")" -ge 2 ] && break
  sleep 0.1
done
[ "$(grep -c "$room/state s \"available\"" "$work/tally")" -ge 2 ] || { echo "never stopped"; exit 1; }
kill -INT "$demo"
wait "$demo"
waits "$work/demo" "Devices closed, bridge and simulator stopped."
echo "started, marked, paused, resumed and stopped by oscsend; told to oscdump"
