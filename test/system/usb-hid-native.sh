#!/usr/bin/env bash
# Two X-keys panels through the native node-hid: presses, lamps, and COUNT times unplugged and plugged in again.
# The kernel's side of USB is played (Debian: umockdev and a preloaded shim); nothing of the bridge is replaced.
# usage: usb-hid-native.sh [COUNT]
set -u
cd "$(dirname "$0")/../.."
count=${1:-20}
emulation=${EMULATION:-../shared/emulation}

skip() {
  echo "skipped: $*"
  exit 0
}
complete() { # everything that apt brings
  command -v umockdev-wrapper && command -v gcc && [ -e /usr/include/linux/hidraw.h ] &&
    ldconfig -p | grep -q libusb-1.0.so.0 &&
    /usr/bin/python3 -c 'import gi; gi.require_version("UMockdev", "1.0")'
} >/dev/null 2>&1

[ "$(uname -s)" = Linux ] || skip "USB is only played on Linux"
[ -e "$emulation/shim/hidshim.c" ] || skip "no device models at $emulation (say where with EMULATION=)"
if ! complete; then
  command -v apt-get >/dev/null || skip "packages are missing and there is no apt-get"
  [ "$(id -u)" = 0 ] || skip "packages are missing and only root may install them"
  export DEBIAN_FRONTEND=noninteractive
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends \
    umockdev gir1.2-umockdev-1.0 python3-gi gcc libc6-dev libusb-1.0-0) >/dev/null 2>&1
  complete || skip "the packages of umockdev, gcc or libusb cannot be installed here"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/emulation/js"
cp -r "$emulation/shim" "$work/emulation/shim"
cp -r "$emulation/js/lib" "$work/emulation/js/lib"
chmod -R u+w "$work"
# The model tells nobody what is written to it; the test wants to see its lamps.
sed -i "s/this.emit('write', buf)/&; this.emit('transport', { hex: buf.toString('hex') })/" \
  "$work/emulation/js/lib/fakexkeys.mjs"
gcc -O1 -w -fPIC -shared -o "$work/emulation/shim/hidshim.so" "$work/emulation/shim/hidshim.c" -ldl -lpthread || exit 1
TMPDIR=$work XDG_RUNTIME_DIR=$work /usr/bin/python3 test/system/emulated-usb.py "$work/emulation" \
  xkeys= xkeys= -- node test/system/usb-hid-native.mjs "$work" "$count"
