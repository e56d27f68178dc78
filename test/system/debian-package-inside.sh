#!/usr/bin/env bash
# The part of debian-package.sh that runs inside of the bare Debian, as root.
set -eu
export DEBIAN_FRONTEND=noninteractive
# What a person would answer who has edited a file: keep mine.
echo 'Dpkg::Options { "--force-confold"; "--force-unsafe-io"; };' >/etc/apt/apt.conf.d/answers

# The commands of the page for people, in the section of this name, with the server of this test.
follow() { # follow SECTION FOLDER
  sed -n "/^## $1/,/^## /{/^\`\`\`sh/,/^\`\`\`$/p}" /root/debian.md | grep -v '^```' >/root/commands
  [ -s /root/commands ] || fail "the page has no commands for: $1"
  sed -i 's#https://valt.example.com#http://127.0.0.1:8000#' /root/commands
  (cd "$2" && bash -eu /root/commands) >/root/followed 2>&1 || { cat /root/followed; fail "the page's commands: $1"; }
}
fail() {
  echo "FAILED: $*"
  exit 1
}
is() { [ "$1" = "$2" ] || fail "$3: '$1' instead of '$2'"; }
waits() { # waits SECONDS WHAT COMMAND...: until the command succeeds
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || fail "it did not happen: $what"
    sleep 0.1
  done
}
press() { echo "/valt/room/interview-1/$1" >/dev/udp/127.0.0.1/9000; }
pid() { systemctl show --value --property MainPID valt-bridge; }
status_has() { valt-bridge status | grep -qE "$1"; }
as_service() { runuser -u valt-bridge -- env STATE_DIRECTORY=/var/lib/valt-panel-bridge "$@"; }
is_marked() { as_service valt-bridge journal marks --state delivered | grep -q Before; }
runs() { systemctl is-active --quiet valt-bridge && status_has '^server .*reachable'; }

# From a bare Debian to a press.
SECONDS=0
follow Install /root/old
runuser -u nobody -- env HOME=/tmp valt-bridge demo >/root/demo.log 2>&1 &
demo=$!
waits 60 "the demo says what to press" grep -q 'Ctrl-C ends the demo' /root/demo.log
press start
waits 10 "the demo records" grep -q 'interview-1: recording' /root/demo.log
kill $demo
wait $demo || true
[ $SECONDS -lt 60 ] || fail "that took $SECONDS s"
echo "installed, and the demo pressed, after $SECONDS s"

is "$(systemctl is-enabled valt-bridge)" enabled "the service is enabled"
is "$(systemctl is-active valt-bridge || true)" inactive "without a mapping the service waits"
is "$(stat -c '%U:%G %a' /etc/valt-bridge /etc/valt-bridge/secrets | tr '\n' ' ')" "root:valt-bridge 750 root:root 700 " "rights"
for group in plugdev dialout input; do getent group $group >/dev/null || fail "group $group"; done
bash -c 'source /usr/share/bash-completion/completions/valt-bridge && complete -p valt-bridge' >/dev/null

# A site: a server, a mapping, a password, options of its own.
valt-bridge simulate --port 8000 --control-port 8001 --password "a long password" >/root/simulator.log 2>&1 &
waits 20 "the simulator answers" grep -q 8000 /root/simulator.log
sed -i 's/^VALT_BRIDGE_OPTIONS=.*/VALT_BRIDGE_OPTIONS="--console 127.0.0.1:8585"/' /etc/default/valt-bridge
follow "First panel" /root
is "$(stat -c %a /etc/valt-bridge/secrets/valt-password)" 600 "rights of the password"
waits 20 "the service runs" runs
is "$(ps -o user= -p "$(pid)" 2>/dev/null || stat -c %U "/proc/$(pid)")" valt-bridge "account of the service"
is "$(systemctl show --value --property WatchdogUSec valt-bridge)" 30s "the watchdog"
waits 10 "the console is where the options say" bash -c ': >/dev/tcp/127.0.0.1/8585'
press start
waits 10 "the room records" status_has 'interview-1.*recording'
echo "/valt/room/interview-1/marker Before" >/dev/udp/127.0.0.1/9000
waits 10 "the mark is delivered" is_marked

kept() { sha256sum /etc/valt-bridge/mapping.jsonc /etc/valt-bridge/secrets/valt-password /etc/default/valt-bridge; }
before=$(kept)
swap() { # swap FOLDER WORD: the version in the folder, while the room records
  local old
  old=$(pid)
  follow "$([ "$2" = downgrade ] && echo Upgrade || echo Install)" "$1"
  waits 20 "it runs after the $2" runs
  [ "$(pid)" != "$old" ] || fail "the $2 restarted nothing"
  waits 10 "the room still records after the $2" status_has 'interview-1.*recording'
  is "$(kept)" "$before" "what was configured, after the $2"
  is_marked || fail "the journal after the $2"
}
swap /root/new upgrade
[ -e /etc/default/valt-bridge.dpkg-dist ] || fail "the newer text of an edited file is not beside it"
follow Backup /root
tar -tzf /root/valt-bridge-backup.tar.gz >/root/kept-files
for file in mapping/mapping.jsonc state/journal.sqlite state/marks.sqlite; do
  grep -q "^$file$" /root/kept-files || fail "not in the backup: $file"
done
! grep -q valt-password /root/kept-files || fail "a password is in the backup"
waits 20 "it runs on what was restored" runs
is "$(stat -c %U /var/lib/valt-panel-bridge/default/journal.sqlite)" valt-bridge "account of the restored journal"
is_marked || fail "the journal after the restore"
swap /root/old downgrade

# Restarts under load: ten marks a second, and connections to the console. However slow this machine is, no mark expires; one
# whose second nobody knows after a slow start is kept for a person. A control system that has connected once connects no more.
sed -i '0,/^{$/s//{ "timing": { "pressDeadlineMs": 10000 },/' /etc/valt-bridge/mapping.jsonc
sed -i 's|"devices": {|&"line": { "kind": "serial", "listen": "tcp://127.0.0.1:4001" },|' /etc/valt-bridge/mapping.jsonc
before=$(kept)
waits 10 "the edit is taken over" bash -c "journalctl -u valt-bridge | grep -q 'mapping reloaded'"
load() {
  local n
  for n in $(seq 100); do
    echo "/valt/room/interview-1/marker load-$n-" >/dev/udp/127.0.0.1/9000
    (: >/dev/tcp/127.0.0.1/8585) 2>/dev/null || echo refused >>/root/refused
    sleep 0.1
  done
}
marks_of_load() { # each as often as it is on the server
  /usr/lib/valt-bridge/bin/node -e 'fetch("http://127.0.0.1:8001/state").then((a) => a.text()).then((text) =>
    console.log((text.match(/load-\d+-/g) ?? []).join("\n")))'
}
kept_for_people() { as_service valt-bridge journal marks --state refused | grep -o 'load-[0-9]*-' || true; }
are_there() { [ "$( (marks_of_load; kept_for_people) | sort -u | grep -c load)" = 100 ]; }
waits 10 "the console is where the options say" bash -c ': >/dev/tcp/127.0.0.1/8585'
waits 10 "the line listens" bash -c ': >/dev/tcp/127.0.0.1/4001'
exec 5<>/dev/tcp/127.0.0.1/4001
is_answered() { # is_answered TAG: only the greeting and changes may come before
  local line
  echo "@$1 PING" >&5
  while read -r -t 20 line <&5; do [ "${line%$'\r'}" != "@$1 OK PONG" ] || return 0; done
  return 1
}
is_answered first || fail "the line does not answer"
load &
load=$!
for _ in 1 2 3; do
  sleep 2
  old=$(pid)
  systemctl restart valt-bridge
  [ "$(pid)" != "$old" ] || fail "nothing was restarted"
  is_answered "$old" || fail "the connection of a line was not kept"
done
exec 5>&-
wait $load
waits 40 "all marks of the load are on the server" are_there
is "$(marks_of_load | sort | uniq -d)" "" "marks that came twice"
[ ! -e /root/refused ] || fail "$(wc -l </root/refused) connections were refused while the service restarted"
! journalctl -u valt-bridge | grep -q 'will close a listener' || fail "the service manager keeps no listeners"
echo "three restarts under load: 100 marks, $(kept_for_people | sort -u | wc -l) of them for a person, none twice, no connection refused, the line's connection kept"

systemctl disable valt-bridge >/dev/null 2>&1
swap /root/new "second upgrade"
is "$(systemctl is-enabled valt-bridge || true)" disabled "a service that somebody disabled stays so"
echo "upgraded, downgraded and upgraded while the room recorded"

sed -i '/^apt-get purge/d' /root/debian.md
follow Remove /root
is "$(systemctl is-active valt-bridge || true)" inactive "the service after its removal"
[ ! -e /usr/lib/valt-bridge ] || fail "left in /usr/lib: $(find /usr/lib/valt-bridge | head -n 3)"
is "$(kept)" "$before" "what was configured, after the removal"
apt-get purge --yes valt-bridge >/dev/null 2>&1
for path in /etc/valt-bridge /etc/default/valt-bridge* /var/lib/valt-panel-bridge /var/cache/valt-panel-bridge; do
  [ ! -e $path ] || fail "left after the purge: $path"
done
[ -z "$(find /etc/systemd -name 'valt-bridge*')" ] || fail "a link of the unit is left"
echo "removed and purged"
