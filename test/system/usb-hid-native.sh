#!/usr/bin/env bash
# Two X-keys panels through the native node-hid: presses, lamps, and COUNT times unplugged and plugged in again.
# Only the kernel's side of USB is played; nothing of the bridge is replaced.
# usage: usb-hid-native.sh [COUNT]
set -u
cd "$(dirname "$0")/../.."
# The model tells nobody what is written to it; the test wants to see its lamps.
edit="s/this.emit('write', buf)/&; this.emit('transport', { hex: buf.toString('hex') })/"
exec test/system/with-usb.sh fakexkeys.mjs "$edit" xkeys= xkeys= -- node test/system/usb-hid-native.mjs "${1:-20}"
