#!/usr/bin/env bash
# An FTDI adapter on USB, played to a real kernel in a virtual machine: rates, modem lines, parity errors, breaks, and COUNT
# times pulled out and plugged in again while it streams. The driver, the port library and the kernel are the real ones.
# usage: serial-unplug.sh [COUNT]      (needs the built program in dist; some minutes, and 200 MB the first time)
set -u
cd "$(dirname "$0")/../.."
count=${1:-50}
emulation=${EMULATION:-../shared/emulation}
cache=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/valt-panel-bridge-emulation}
program=$(realpath "${DIST:-dist}")

skip() {
  echo "skipped: $*"
  exit 0
}
complete() {
  command -v qemu-system-x86_64 && command -v busybox && command -v cpio && command -v depmod && command -v socat &&
    [ -x /lib/systemd/systemd-udevd ] && [ -e /usr/share/seabios/bios-256k.bin ]
} >/dev/null 2>&1

[ "$(uname -sm)" = "Linux x86_64" ] || skip "the machine is only played on Linux, x64"
[ -e "$emulation/js/hil-usbredir.mjs" ] || skip "no device models at $emulation (say where with EMULATION=)"
[ -e "$program/devices/serial/driver.js" ] || skip "nothing built: npm run build"
command -v apt-get >/dev/null || skip "there is no apt-get, and so no kernel for the virtual machine"
if ! complete; then
  [ "$(id -u)" = 0 ] || skip "packages are missing and only root may install them"
  export DEBIAN_FRONTEND=noninteractive
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends \
    qemu-system-x86 seabios ipxe-qemu busybox-static cpio udev kmod socat) >/dev/null 2>&1
  complete || skip "the packages of qemu and busybox cannot be installed here"
fi

KV=$(apt-cache search --names-only '^linux-image-6\.1\.0-[0-9]+-amd64$' | sed 's/^linux-image-\(\S*\) .*/\1/' | sort -V | tail -n 1)
[ -n "$KV" ] || skip "there is no kernel package for the virtual machine"
export KV
work="$cache/$KV"
mkdir -p "$work" || exit 1
cp -r "$emulation/js" "$emulation/qemu" "$work/"
chmod -R u+w "$work"
# An error of the line belongs to a byte: the model would tell it alone, which the kernel rightly ignores.
sed -i '/^  lineError/s/ this.statusDirty = true; this.#flush()//' "$work/js/lib/fakeftdi.mjs"
[ -e "$work/qemu/initrd.cpio.gz" ] || (cd "$work" && qemu/build-initrd.sh) >/dev/null 2>&1 || skip "no kernel could be prepared"

node "$work/js/hil-usbredir.mjs" --ftdi --timeout "$((120 + count * 12))" -- \
  "node $(realpath test/system/serial-unplug.mjs) $program $count"
