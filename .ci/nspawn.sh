#!/usr/bin/env bash
# The package on a real systemd: Debian 12 booted by systemd-nspawn, with a loopback network of its own and nothing else.
#
# Installs the .deb and goes through what an operator's years bring: boot, reloads, restarts under readers, a stuck
# process, kill -9, a full disk, a bad configuration, upgrade, remove, purge. Feeds are files, so that nothing is needed
# from outside. Needs root, systemd-container, debootstrap and (once) a Debian mirror; where that cannot be had it prints
# SKIPPED and the reason, and ends with status 77.
#
# usage: .ci/nspawn.sh [OLDER.deb NEWER.deb]      without them both are made from this tree
#        .ci/nspawn.sh --prepare                  only fetches the machine
set -euo pipefail
cd "$(dirname "$0")/.."
BASE=$PWD/target/ci-nspawn/base
WITHIN=60 # seconds; whatever has not happened by then will not

skip() { echo "SKIPPED: $1"; exit 77; }
[ "$(id -u)" = 0 ] || skip "systemd-nspawn needs root"
for program in systemd-nspawn debootstrap nsenter; do
    command -v $program > /dev/null || skip "$program is not installed (apt install systemd-container debootstrap)"
done
if [ ! -e "$BASE/.whole" ]; then
    rm -rf "$BASE"; mkdir -p "$BASE"
    debootstrap --variant=minbase --include=systemd,systemd-sysv,init-system-helpers,ca-certificates,dbus,procps bookworm "$BASE" \
        > target/ci-nspawn/debootstrap.log 2>&1 || skip "no Debian mirror is reached (target/ci-nspawn/debootstrap.log)"
    touch "$BASE/.whole"
fi

[ "${1:-}" != --prepare ] || exit 0

PLACE=$(mktemp -d -p "$PWD/target/ci-nspawn")
ROOT=$PLACE/root
OLDER=$PLACE/older.deb NEWER=$PLACE/newer.deb
if [ $# -eq 2 ]; then
    cp "$1" "$OLDER"; cp "$2" "$NEWER"
else # the same program; to dpkg it is an upgrade
    cp "$(.ci/package 0.0.9-1)" "$OLDER"; cp "$(.ci/package)" "$NEWER"
fi
LEADER=
finish() {
    local code=$?
    if [ $code -ne 0 ] && [ -n "$LEADER" ]; then
        echo "-- the journal's end:"; inside journalctl -u headlined -n 40 --no-pager -o cat || true
    fi
    halt
    rm -rf "$PLACE"
    exit $code
}
trap finish EXIT

# -- the machine
boot() {
    systemd-nspawn --quiet --directory "$ROOT" --boot --private-network --register=no --keep-unit --console=pipe \
        --link-journal=no < /dev/null >> "$PLACE/console.log" 2>&1 &
    NSPAWN=$!
    waits "systemd is up" 'LEADER=$(pgrep -P $NSPAWN | head -1) && [ -n "$LEADER" ] && inside systemctl is-system-running --wait 2> /dev/null | has -E "running|degraded"'
}
halt() {
    [ -n "$LEADER" ] || return 0
    inside systemctl poweroff > /dev/null 2>&1 || kill -TERM "$NSPAWN" 2> /dev/null || true
    timeout 30 tail --pid="$NSPAWN" -f /dev/null || kill -KILL "$NSPAWN" 2> /dev/null || true
    LEADER=
}
inside() { nsenter --target "$LEADER" --mount --uts --ipc --net --pid --cgroup -- "$@"; }
# The host's own Python sees the container's network and files: the container stays as small as a server.
reads() { nsenter --target "$LEADER" --net -- python3 .ci/nspawn_read.py "$@"; }

# -- what is asserted
passed() { echo "ok: $1"; }
failed() { echo "FAILED: $1"; exit 1; }
holds() { eval "$2" || failed "$1"; }
waits() { # until it holds
    local until=$((SECONDS + WITHIN))
    until eval "$2"; do [ $SECONDS -lt $until ] || failed "$1"; sleep 0.2; done
}
has() { grep "$@" > /dev/null; } # reads to the end: a closed pipe is a failure under pipefail
shows() { inside systemctl show headlined.service --property "$1" --value; }
pid() { shows MainPID; }
logged() { inside journalctl -u headlined --no-pager -o cat | has -F "$1"; }
serves() { reads get /healthz > /dev/null 2>&1; }
configure() { cat > "$ROOT/etc/headlined/headlined.toml"; }
feed() { # NAME NEWEST: a document of twenty entries
    python3 .ci/nspawn_read.py feed "$1" "$2" > "$ROOT/srv/$1.new" && chmod 644 "$ROOT/srv/$1.new" && mv "$ROOT/srv/$1.new" "$ROOT/srv/$1.xml"
}
sections() { # of these feeds, looked at every second
    printf '[store]\npath = "/var/lib/headlined/headlined.db"\n'
    for name in "$@"; do
        printf '[[feed]]\nname = "%s"\nurl = "file:///srv/%s.xml"\ninterval = "1s"\n' "$name" "$name"
    done
}
articles() { python3 .ci/nspawn_read.py articles "$ROOT/var/lib/headlined/headlined.db"; }
only_its_own() { [ -z "$(inside find /var/lib/headlined ! -user headlined)" ]; }

cp -a "$BASE" "$ROOT"
cp "$OLDER" "$ROOT/root/older.deb"; cp "$NEWER" "$ROOT/root/newer.deb"
boot

# -- installation
# What takes years comes here within minutes, starts included.
mkdir -p "$ROOT/etc/systemd/system/headlined.service.d"
printf '[Unit]\nStartLimitIntervalSec=0\n' > "$ROOT/etc/systemd/system/headlined.service.d/starts.conf"
inside dpkg --install /root/older.deb > "$PLACE/dpkg.log" 2>&1 || { cat "$PLACE/dpkg.log"; failed "the package installs"; }
waits "the installed service is ready" '[ "$(shows SubState)" = running ] && serves'
holds "it is enabled" 'inside systemctl is-enabled --quiet headlined.service'
holds "it has a user of its own" '[ "$(inside stat -c %U:%a /var/lib/headlined)" = headlined:700 ]'
holds "its status is in words" 'shows StatusText | has "feeds"'
holds "verbs find the service's store" 'inside headlined health | has "^well"'
inside headlined feeds > /dev/null
for file in usr/share/man/man1/headlined.1.gz usr/share/man/man5/headlined.toml.5.gz \
    usr/share/bash-completion/completions/headlined usr/share/zsh/vendor-completions/_headlined \
    usr/share/fish/vendor_completions.d/headlined.fish; do
    holds "$file is installed" '[ -e "$ROOT/$file" ]'
done
passed "the package installs, starts, and is enabled"

feed one 20
sections one | configure
inside systemctl restart headlined
waits "the feed's entries are there" '[ "$(articles)" = 20 ]'
holds "the journal has fields" 'inside journalctl -u headlined F_FEED=one --no-pager -o cat | has "20 new"'
inside headlined poll --all > /dev/null
waits "root's verbs leave no file of root's" only_its_own
passed "root's verbs leave no file of root's in the state directory"

# -- boot
halt; boot
waits "it starts on boot" serves
holds "nothing is new after boot" '[ "$(articles)" = 20 ]'
passed "it starts on boot"

# -- reload
before=$(pid)
feed two 20
sections one two | configure
inside systemctl reload headlined
waits "a feed that was added is polled" '[ "$(articles)" = 40 ]'
holds "a reload is no restart" '[ "$(pid)" = "$before" ]'
echo 'intervall = "1s"' >> "$ROOT/etc/headlined/headlined.toml"
inside systemctl reload headlined || true
waits "the log says what is wrong" 'logged intervall'
holds "the status says that the old configuration goes on" 'shows StatusText | has -i "configuration"'
holds "a refused reload is no end" '[ "$(pid)" = "$before" ] && [ "$(shows ActiveState)" = active ] && serves'
feed one 21
waits "the old configuration goes on" '[ "$(articles)" = 41 ]'
sections one two | configure
inside systemctl reload headlined
passed "reload: good and bad"

# -- a bad configuration at the start: no loop
echo 'listen = ' >> "$ROOT/etc/headlined/headlined.toml"
inside systemctl restart headlined 2> /dev/null && failed "a bad configuration is refused"
holds "status 2 is final" '[ "$(shows ExecMainStatus)" = 2 ] && [ "$(shows ActiveState)" = failed ] && [ "$(shows NRestarts)" = 0 ]'
sections one two | configure
inside systemctl reset-failed headlined; inside systemctl start headlined
waits "it is back" serves
passed "a bad configuration is final, not a loop"

# -- readers during restarts
inside systemctl stop headlined; inside systemctl enable --now --quiet headlined.socket
inside systemctl start headlined
waits "it serves on systemd's socket" serves
reads hammer "$PLACE/stop" > "$PLACE/hammered" &
HAMMER=$!
waits "readers ask" '[ -e "$PLACE/stop.begun" ]'
for _ in 1 2 3; do inside systemctl restart headlined; done
touch "$PLACE/stop"
wait $HAMMER || { cat "$PLACE/hammered"; failed "no request is lost over restarts"; }
passed "socket activation: $(cat "$PLACE/hammered") over 3 restarts"

# -- a stuck process
printf '[Service]\nWatchdogSec=3s\nRestartSec=100ms\n' > "$ROOT/etc/systemd/system/headlined.service.d/quick.conf"
inside systemctl daemon-reload; inside systemctl restart headlined
before=$(pid)
inside kill -STOP "$before"
waits "a stuck process is replaced" '[ "$(pid)" != "$before" ] && [ "$(pid)" != 0 ] && serves'
holds "systemd's reason is the watchdog" 'inside journalctl -u headlined --no-pager -o cat | has -i watchdog'
passed "the watchdog replaces a stuck process"

before=$(pid)
inside kill -KILL "$before"
waits "it is back after kill -9" '[ "$(pid)" != "$before" ] && [ "$(pid)" != 0 ] && serves'
feed one 22
waits "it polls on" '[ "$(articles)" = 42 ]'
passed "kill -9: it is back, nothing lost or doubled"

# -- backup and restore
inside headlined backup /root/headlined.backup > /dev/null
holds "a backup is its owner's alone" '[ "$(inside stat -c %a /root/headlined.backup)" = 600 ]'
holds "a file that is there is not overwritten" '! inside headlined backup /root/headlined.backup 2> /dev/null'
holds "restore refuses while it runs" '! inside headlined restore /root/headlined.backup 2> /dev/null'
feed one 23
waits "news after the backup" '[ "$(articles)" = 43 ]'
inside systemctl stop headlined.socket headlined
inside headlined restore /root/headlined.backup > /dev/null
holds "the store is what the backup was" '[ "$(articles)" = 42 ]'
holds "restore leaves no file of root's" only_its_own
inside systemctl start headlined.socket headlined
waits "it goes on from there" 'serves && [ "$(articles)" = 43 ]'
inside headlined doctor > "$PLACE/doctor" 2>&1 || { cat "$PLACE/doctor"; failed "doctor finds nothing wrong"; }
inside headlined backup /var/lib/headlined/by-root.db > /dev/null
holds "root's backup beside the store is the service's" only_its_own
inside rm /var/lib/headlined/by-root.db
printf '[store]\npath = "/srv/of-root/headlined.db"\n[[feed]]\nname = "one"\nurl = "file:///srv/one.xml"\n' > "$ROOT/srv/other.toml"
chmod 644 "$ROOT/srv/other.toml"
stranger() { inside setpriv --reuid=65534 --regid=65534 --clear-groups headlined --config /srv/other.toml "$@" 2>&1 || true; }
inside install -d -m 755 /srv/of-root
holds "another user's folder is told" 'stranger poll --all | has "this user may not write there"'
holds "doctor tells of it too" 'stranger doctor | has "this user may not write in /srv/of-root"'
passed "backup, restore, doctor"

# -- a full disk
inside systemctl stop headlined.socket headlined
inside mount -t tmpfs -o size=4M,mode=0700,uid="$(inside id -u headlined)",gid="$(inside id -g headlined)" tmpfs /var/lib/headlined
inside systemctl start headlined
waits "it serves from a small disk" 'serves && reads get /feed.atom | has "one headline 23"'
inside sh -c 'cat /dev/zero > /var/lib/headlined/ballast 2> /dev/null' || true
for newest in $(seq 24 60); do feed one "$newest"; logged "disk is full" && break; sleep 1; done
waits "a full disk is told" 'logged "disk is full"'
holds "it serves on" 'reads get /feed.atom | has "one headline 23"'
holds "it is told once, not at every poll" '[ "$(inside journalctl -u headlined --no-pager -o cat -p err | grep -c "disk is full")" -le 2 ]'
inside rm /var/lib/headlined/ballast
WITHIN=150 waits "it recovers by itself" 'reads get /feed.atom | has "one headline $newest"'
inside systemctl stop headlined; inside umount /var/lib/headlined; inside systemctl start headlined
passed "a full disk: told once, served on, recovered by itself"

# -- upgrade, remove, purge
sections one two | configure; echo '# mine' >> "$ROOT/etc/headlined/headlined.toml"
before=$(pid)
inside dpkg --install --force-confold /root/newer.deb > "$PLACE/dpkg.log" 2>&1 || { cat "$PLACE/dpkg.log"; failed "an upgrade installs"; }
waits "an upgrade restarts it" '[ "$(pid)" != "$before" ] && serves'
holds "an upgrade keeps the configuration" 'grep -q "^# mine" "$ROOT/etc/headlined/headlined.toml"'
holds "an upgrade keeps the articles" '[ "$(articles)" -ge 42 ]'
passed "upgrade keeps data and configuration"

inside dpkg --remove headlined > "$PLACE/dpkg.log" 2>&1 || { cat "$PLACE/dpkg.log"; failed "remove"; }
holds "remove stops it" '! inside pgrep -x headlined'
holds "remove keeps state and configuration" '[ -e "$ROOT/var/lib/headlined/headlined.db" ] && [ -e "$ROOT/etc/headlined/headlined.toml" ]'
inside dpkg --purge headlined > "$PLACE/dpkg.log" 2>&1 || { cat "$PLACE/dpkg.log"; failed "purge"; }
holds "purge deletes state and configuration" '[ ! -e "$ROOT/var/lib/headlined" ] && [ ! -e "$ROOT/etc/headlined" ]'
holds "nothing failed is left" '! inside systemctl list-units --failed --no-legend | has headlined'
passed "remove stops it, purge deletes its state"
