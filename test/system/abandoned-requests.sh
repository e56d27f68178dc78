#!/usr/bin/env bash
# A command that was given up never reaches the server: the built bridge, the simulator and the network between them stand in
# network namespaces of their own, so that the kernel's real retransmission is at work when the network heals. Once with a
# START and 10 s without a network, once with a STOP and 20 s, once with a bridge that is killed, each plainly and over TLS,
# all at the same time.
# Needs the build in dist/. usage: abandoned-requests.sh      (DIST= for another build)
set -u
cd "$(dirname "$0")/../.."

skip() {
  echo "skipped: $*"
  exit 0
}

[ "$(uname -s)" = Linux ] || skip "network namespaces are on Linux only"
[ "$(id -u)" = 0 ] || skip "only root may make network namespaces"
if ! command -v ip >/dev/null; then
  command -v apt-get >/dev/null || skip "iproute2 is missing and there is no apt-get"
  export DEBIAN_FRONTEND=noninteractive
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends iproute2) >/dev/null 2>&1
  command -v ip >/dev/null || skip "iproute2 cannot be installed here"
fi

prefix=valt-$$
work=$(mktemp -d)
cleanup() {
  for name in $(ip netns list | cut -d ' ' -f 1 | grep "^$prefix-"); do
    ip netns pids "$name" | xargs -r kill 2>/dev/null
    ip netns del "$name"
  done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# world NAME: a bridge, a router and a server, each a namespace: 192.0.2.2 - 192.0.2.1 | 198.51.100.1 - 198.51.100.2
world() {
  local bridge=$prefix-$1-bridge path=$prefix-$1-path server=$prefix-$1-server
  ip netns add "$bridge" && ip netns add "$path" && ip netns add "$server" || return
  ip -n "$path" link add near type veth peer name eth0 netns "$bridge" || return
  ip -n "$path" link add far type veth peer name eth0 netns "$server" || return
  ip -n "$bridge" addr add 192.0.2.2/24 dev eth0
  ip -n "$path" addr add 192.0.2.1/24 dev near
  ip -n "$path" addr add 198.51.100.1/24 dev far
  ip -n "$server" addr add 198.51.100.2/24 dev eth0
  for one in "$bridge" "$server"; do ip -n "$one" link set lo up && ip -n "$one" link set eth0 up; done
  for one in near far; do ip -n "$path" link set "$one" up; done
  ip -n "$bridge" route add default via 192.0.2.1
  ip -n "$server" route add default via 198.51.100.1
  ip netns exec "$path" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
}

names="plain-start-10 plain-stop-20 tls-start-10 tls-stop-20 plain-killed-5 tls-killed-5"
for name in $names; do
  world "$name" >"$work/$name" 2>&1 || skip "network namespaces cannot be made here: $(head -n 1 "$work/$name")"
done
running=()
for name in $names; do
  node test/system/abandoned-requests.mjs "$prefix-$name" "$work" "${DIST:-dist}" &
  running+=($!)
done
failed=0
for one in "${running[@]}"; do wait "$one" || failed=1; done
exit $failed
