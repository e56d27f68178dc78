#!/usr/bin/env bash
# Everything that people install: made for this machine's kind, made again and compared, then each tried. Needs the build in dist/.
# usage: packages.sh
set -u
cd "$(dirname "$0")/../.."

skip() {
  echo "skipped: $*"
  exit 0
}
complete() {
  command -v mmdebstrap && command -v eu-strip
} >/dev/null 2>&1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make() { node src/package/package.js "$@" --fast --arch amd64 >"$work/made" || { cat "$work/made"; exit 1; }; }

if [ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] && [ "$(id -u)" = 0 ] && ! complete; then
  export DEBIAN_FRONTEND=noninteractive
  tools="mmdebstrap elfutils systemd-container lintian umoci runc"
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends $tools) >/dev/null 2>&1
fi
if ! complete; then
  make npm --out "$work/one"
  test/system/npm-package.sh "$work"/one/*.tgz || exit 1
  skip "Debian package and image: mmdebstrap or eu-strip cannot be installed here"
fi

make deb image --out "$work/one"
again() {
  make deb --out "$work/two"
  for file in "$work"/two/*; do
    cmp "$file" "$work/one/$(basename "$file")" || { echo "FAILED: two builds differ"; return 1; }
  done
  echo "two builds are alike: $(cd "$work/two" && du -m -- * | sed 's/\t/ MB /' | paste -sd ',')"
}
others() {
  local code=0
  (again) || code=1
  test/system/npm-package.sh "$work"/one/*.tgz || code=1
  test/system/container-image.sh "$work"/one/*_image.tar || code=1
  return $code
}
# The test on a bare Debian waits most of its time: the others run beside it.
others >"$work/others" 2>&1 &
beside=$!
code=0
test/system/debian-package.sh "$work"/one/*.deb || code=1
wait $beside || code=1
cat "$work/others"
exit $code
