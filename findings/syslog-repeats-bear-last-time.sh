#!/bin/bash
# rsyslog, inetutils: the note that stands for repeated messages is written late and bears the time of the last of them.
#
# One would guess: "repeated 2 times" has the time at which the daemon wrote it, or at which the repetitions began; and what
# two daemons put in the place of the same messages can be read in one way.
# What happens: both hold the repetitions back until something else comes, here 20 minutes later, and then write the time
# that the last repetition had. rsyslog writes a line of the program, with the message in brackets within the message;
# inetutils a line without program and message, which only the line before it explains.
#
# Versions: rsyslog 8.2302.0-1+deb12u2 with $RepeatedMsgReduction, inetutils-syslogd 2:2.4-2+deb12u3. Output seen, but for
# the name of the host:
#     rsyslog    Nov 22 10:00:01 pop3d: LOGIN, user=rita, ip=[192.0.2.20]
#     rsyslog    Nov 22 10:00:03 pop3d: message repeated 2 times: [ LOGIN, user=rita, ip=[192.0.2.20]]
#     rsyslog    Nov 22 10:20:00 pop3d: LOGOUT
#     inetutils  Nov 22 10:00:01 pop3d: LOGIN, user=rita, ip=[192.0.2.20]
#     inetutils  Nov 22 10:00:03 last message repeated 2 times
#     inetutils  Nov 22 10:20:00 pop3d: LOGOUT
#
# It matters to whoever reads a mail log: a login counts from the time in its note, which may be long past when the note is
# first there to be read; and an expression that looks for LOGIN finds one client in rsyslog's note and none in the other.
# Source: ratelimit.c of rsyslog (ratelimitGenRepMsg); flush of a file in syslogd.c of inetutils (f_prevcount, f_lasttime).
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
packages='rsyslog=8.2302.0-1+deb12u2 libestr0=0.1.11-1 libfastjson4=1.2304.0-1 inetutils-syslogd=2:2.4-2+deb12u3'
for package in $packages; do
  apt-get -qq -o APT::Sandbox::User=root download "$package" || { echo "cannot be had: $package"; exit 77; }
done
for file in *.deb; do dpkg -x "$file" root; done
lib=$PWD/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH=$lib

cat >rsyslog.conf <<END
module(load="imuxsock" sysSock.use="off")
\$RepeatedMsgReduction on
input(type="imuxsock" socket="$PWD/rsyslog.sock" ignoreTimestamp="off" useSpecialParser="off")
\$ActionFileDefaultTemplate RSYSLOG_TraditionalFileFormat
mail.* $PWD/rsyslog.log
END
echo "mail.* $PWD/inetutils.log" >inetutils.conf
root/usr/sbin/rsyslogd -n -M "$lib/rsyslog" -f "$PWD/rsyslog.conf" -i "$PWD/rsyslog.pid" &
root/usr/sbin/syslogd -n -f "$PWD/inetutils.conf" -P "$PWD/inetutils.pid" -p "$PWD/inetutils.sock" >notes 2>&1 &

for daemon in rsyslog inetutils; do
  until [ -S $daemon.sock ]; do sleep 0.1; done
  for message in '10:00:01 pop3d: LOGIN, user=rita, ip=[192.0.2.20]' '10:00:02 pop3d: LOGIN, user=rita, ip=[192.0.2.20]' \
    '10:00:03 pop3d: LOGIN, user=rita, ip=[192.0.2.20]' '10:20:00 pop3d: LOGOUT'; do
    perl -MSocket -e 'socket(S, AF_UNIX, SOCK_DGRAM, 0); send(S, $ARGV[1], 0, sockaddr_un($ARGV[0])) or die "$!\n"' \
      $daemon.sock "<22>Nov 22 $message"
  done
  until grep -qs LOGOUT $daemon.log; do sleep 0.1; done
done

printf '%s\n' $packages
seen=$(for daemon in rsyslog inetutils; do sed -E "s/^(.{15}) [^ ]+/$(printf %-10s $daemon) \1/" $daemon.log; done)
echo "$seen"
first=' Nov 22 10:00:01 pop3d: LOGIN, user=rita, ip=[192.0.2.20]' last=' Nov 22 10:20:00 pop3d: LOGOUT'
expected="rsyslog   $first
rsyslog    Nov 22 10:00:03 pop3d: message repeated 2 times: [ LOGIN, user=rita, ip=[192.0.2.20]]
rsyslog   $last
inetutils $first
inetutils  Nov 22 10:00:03 last message repeated 2 times
inetutils $last"
[ "$seen" = "$expected" ] || { echo 'ANOTHER BEHAVIOUR'; exit 1; }
