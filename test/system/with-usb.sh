#!/usr/bin/env bash
# Runs a command beside emulated USB devices: the kernel's side of USB is played (Debian: umockdev and a preloaded shim).
# usage: with-usb.sh MODEL EDIT DEVICE... -- COMMAND...
# EDIT is what sed changes in the file of the device model; TMPDIR is the command's own and goes with it.
set -u
cd "$(dirname "$0")/../.."
emulation=${EMULATION:-../shared/emulation}
model=$1 edit=$2
shift 2

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
sed -i "$edit" "$work/emulation/js/lib/$model"
gcc -O1 -w -fPIC -shared -o "$work/emulation/shim/hidshim.so" "$work/emulation/shim/hidshim.c" -ldl -lpthread || exit 1
TMPDIR=$work XDG_RUNTIME_DIR=$work /usr/bin/python3 test/system/emulated-usb.py "$work/emulation" "$@"
