#!/usr/bin/env bash
# Stream Decks through the native node-hid: presses, pictures, and COUNT times unplugged and plugged in again.
# Only the kernel's side of USB is played; nothing of the bridge is replaced.
# usage: stream-deck-native.sh [COUNT]
set -u
cd "$(dirname "$0")/../.."
# A deck without power forgets half a picture; the model has to be told.
edit='s/^const plug = () => { /&dev.reset(); /'
exec test/system/with-usb.sh fakedeck-shim.mjs "$edit" MK2=AL12H1A00001 XL=CL00K1A00001 -- \
  node test/system/stream-deck-native.mjs "${1:-25}"
