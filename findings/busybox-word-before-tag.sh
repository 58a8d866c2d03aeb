#!/bin/bash
# busybox: syslogd writes the facility and severity of a message before the name of the program that sent it.
#
# One would guess: behind the time and the name of the host there comes the tag, as RFC 3164 has it and rsyslog writes it.
# What happens: a word like `mail.info` stands between the host and the tag. With -S, "smaller output", the host and that
# word go, so that the tag stands in the place of the host.
#
# Version: busybox 1:1.35.0-4+deb12u1+b1. Output seen, here of the host mx:
#     syslogd     Nov 22 10:00:01 mx mail.info pop3d[7]: LOGIN, user=rita, ip=[192.0.2.20]
#     syslogd -S  Nov 22 10:00:01 pop3d[7]: LOGIN, user=rita, ip=[192.0.2.20]
#
# It matters to whoever reads a mail log: the third field is the host, or the program; the fourth is the program, or no
# part of what was sent. On small hosts, where busybox logs, an expression made for rsyslog finds no login and says nothing.
# Source: timestamp_and_log() in sysklogd/syslogd.c.
set -euo pipefail

if [ "${1-}" != inside ]; then
  script=$(realpath "$0") folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  cd "$folder"
  package='busybox=1:1.35.0-4+deb12u1+b1'
  apt-get -qq -o APT::Sandbox::User=root download "$package" || { echo "cannot be had: $package"; exit 77; }
  dpkg -x *.deb root
  # As root: the mounts, processes and host name of this namespace end with it.
  unshare --uts --net --mount --pid --fork --kill-child --mount-proc bash "$script" inside
  exit
fi

# busybox knows no other socket than /dev/log: a /dev of its own.
mkdir dev && mount -t tmpfs dev dev && mknod -m 666 dev/null c 1 3
mount --bind dev /dev
hostname mx

# Prints the line that syslogd, started with these options, writes for a message.
logged() {
  root/bin/busybox syslogd -n -O "$PWD/log" "$@" &
  until [ -S /dev/log ]; do sleep 0.1; done
  perl -MSocket -e 'socket(S, AF_UNIX, SOCK_DGRAM, 0); send(S, $ARGV[0], 0, sockaddr_un("/dev/log")) or die "$!\n"' \
    '<22>Nov 22 10:00:01 pop3d[7]: LOGIN, user=rita, ip=[192.0.2.20]'
  until grep -s LOGIN log; do sleep 0.1; done
  kill $! && wait $! || true
  rm -f log /dev/log
}
echo 'busybox 1:1.35.0-4+deb12u1+b1'
seen=$(
  echo "syslogd     $(logged)"
  echo "syslogd -S  $(logged -S)"
)
echo "$seen"
expected='syslogd     Nov 22 10:00:01 mx mail.info pop3d[7]: LOGIN, user=rita, ip=[192.0.2.20]
syslogd -S  Nov 22 10:00:01 pop3d[7]: LOGIN, user=rita, ip=[192.0.2.20]'
[ "$seen" = "$expected" ] || { echo 'ANOTHER BEHAVIOUR'; exit 1; }
