#!/usr/bin/env bash
# Keyboards, pedals and card readers through the input layer of a real Linux kernel: exclusive grab, auto-repeat
# dropped, lamps, keys held before, unplugged and plugged in again. Debian's kernel runs in QEMU; only the keyboard
# is made up, through the kernel's own /dev/uhid. Needs the build in dist/. usage: keyboard-evdev.sh
set -u
cd "$(dirname "$0")/../.."
root=$PWD
emulation=${EMULATION:-../shared/emulation}

skip() {
  echo "skipped: $*"
  exit 0
}
complete() { # everything that apt brings
  command -v qemu-system-x86_64 && command -v cpio && command -v depmod && [ -x /bin/busybox ] &&
    [ -x /lib/systemd/systemd-udevd ]
} >/dev/null 2>&1

[ "$(uname -sm)" = "Linux x86_64" ] || skip "the kernel is one for Linux on x86_64"
[ -e "$emulation/qemu/qrun.sh" ] || skip "no virtual machine at $emulation (say where with EMULATION=)"
[ -e dist/devices/usb-hid/driver.js ] || { echo "run npm run build first"; exit 1; }
if ! complete; then
  command -v apt-get >/dev/null || skip "packages are missing and there is no apt-get"
  [ "$(id -u)" = 0 ] || skip "packages are missing and only root may install them"
  export DEBIAN_FRONTEND=noninteractive
  (apt-get update -qq && apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends \
    qemu-system-x86 seabios ipxe-qemu busybox-static cpio udev kmod) >/dev/null 2>&1
  complete || skip "the packages of QEMU cannot be installed here"
fi

# A kernel that was fetched once is kept where the caller says.
work=${KERNEL_CACHE:-$(mktemp -d)}
[ -n "${KERNEL_CACHE:-}" ] || trap 'rm -rf "$work"' EXIT
if [ ! -e "$work/qemu/initrd.cpio.gz" ]; then
  mkdir -p "$work"
  cp -r "$emulation/qemu" "$work/"
  chmod -R u+w "$work/qemu"
  "$work/qemu/build-initrd.sh" >"$work/initrd.log" 2>&1 || skip "the kernel cannot be fetched here"
fi
# The processor is emulated: on a busy machine more time is needed than the half minute that it takes otherwise.
"$work/qemu/qrun.sh" -t "${LIMIT_SECONDS:-110}" -c "$root" -m "uhid hid-generic evdev" -- node test/system/keyboard-evdev.mjs
