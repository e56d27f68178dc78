#!/usr/bin/env bash
# The Debian package on a bare Debian with a real systemd, in a namespace without a network: it is read by lintian, installed,
# pressed, upgraded and downgraded while a room records, removed and purged, all by the commands of the page for people.
# usage: debian-package.sh DEB
set -u
deb=$(realpath "$1")
cd "$(dirname "$0")/../.."

skip() {
  echo "skipped: $*"
  exit 0
}
fail() {
  echo "FAILED: $*"
  exit 1
}
complete() {
  command -v mmdebstrap && command -v systemd-nspawn && command -v lintian
} >/dev/null 2>&1

[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] || skip "this needs Debian's tools on amd64"
[ "$(id -u)" = 0 ] || skip "only root can make a root file system"
if ! complete; then
  export DEBIAN_FRONTEND=noninteractive
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends mmdebstrap systemd-container lintian) >/dev/null 2>&1
  complete || skip "mmdebstrap, systemd-nspawn or lintian cannot be installed here"
fi

work=$(mktemp -d)
manager=
cleanup() {
  [ -z "$manager" ] || { kill -KILL $(cat "/proc/$manager/task/$manager/children") "$manager"; wait "$manager"; } 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT

root=$work/root
packages=systemd-sysv,udev,adduser,libusb-1.0-0,libstdc++6
mmdebstrap --quiet --variant=apt --include=$packages "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root" \
  >"$work/mmdebstrap" 2>&1 &
making=$!

lintian --no-tag-display-limit "$deb" >"$work/lintian" 2>/dev/null &
reading=$!

# No version came before this one: the same program under an older number, with another text in the file of options.
dpkg-deb --raw-extract "$deb" "$work/older" || exit 1
sed -i 's/^Version: .*/Version: 0.0.9/' "$work/older/DEBIAN/control"
sed -i '1i # The text of an older version.' "$work/older/etc/default/valt-bridge"
dpkg-deb --root-owner-group -Znone --build "$work/older" "$work/older.deb" >/dev/null || exit 1

wait $making || skip "no bare Debian can be made here: $(tail -n 1 "$work/mmdebstrap")"
mkdir "$root/root/new" "$root/root/old"
cp "$deb" "$root/root/new/"
mv "$work/older.deb" "$root/root/old/valt-bridge_0.0.9_amd64.deb"
cp test/system/debian-package-inside.sh src/package/debian.md "$root/root/"

: >"$root/etc/machine-id"
systemd-nspawn --quiet --directory "$root" --register=no --keep-unit --private-network --boot >"$work/boot" 2>&1 &
manager=$!
for _ in $(seq 300); do
  leader=$(pgrep -P "$manager" 2>/dev/null | head -n 1)
  [ -n "$leader" ] && nsenter -t "$leader" -a systemctl is-active --quiet multi-user.target 2>/dev/null && break
  kill -0 "$manager" 2>/dev/null || skip "systemd does not start in a namespace here: $(tail -n 1 "$work/boot")"
  sleep 0.2
done

nsenter -t "$leader" -a env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin bash /root/debian-package-inside.sh || {
  nsenter -t "$leader" -a journalctl --no-pager -n 40
  exit 1
}

wait $reading
grep -E '^[EW]:' "$work/lintian" | grep -v debian-changelog-line-too-long
! grep -q '^E:' "$work/lintian" || fail "lintian finds errors"
echo "lintian finds no error"
