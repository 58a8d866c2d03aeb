#!/bin/bash
# Exim: the test of a session, exim -bh, spells an IPv6 client otherwise than the daemon does.
#
# One would guess: -bh, made to try what a client from an address may do, looks up what the daemon looks up.
# What happens: $sender_host_address is 2001:db8:7::4d in the daemon, and under -bh all eight groups with all their zeros.
# By ${lookup{$sender_host_address}…} the daemon finds a key that -bh does not find, or the other way about.
#
# Version: exim4-daemon-light 4.96-15+deb12u11. Output seen:
#     exim -bh  220 looked up as 2001:0db8:0007:0000:0000:0000:0000:004d
#     daemon    220 looked up as 2001:db8:7::4d
#
# It matters to whoever writes a relay table for Exim: keys that make the test succeed never let an IPv6 client relay, and
# a table that is right looks wrong.
# Source: host_nmtoa() in src/host.c writes groups in full for -bh; the daemon has the address from inet_ntop(3).
set -euo pipefail

if [ "${1-}" != inside ]; then
  script=$(realpath "$0") folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  chmod 755 "$folder" && cd "$folder"
  for package in exim4-daemon-light=4.96-15+deb12u11 libidn12=1.41-1; do
    apt-get -qq -o APT::Sandbox::User=root download "$package" || { echo "cannot be had: $package"; exit 77; }
  done
  for file in *.deb; do dpkg -x "$file" root; done
  # As root: the network, mounts and processes of this namespace end with it.
  unshare --net --mount --pid --fork --kill-child --mount-proc bash "$script" inside
  exit
fi

# The packages lie over the system's own files, with the account that they want.
mkdir spool root/etc && chown 64901 spool
{ echo 'Debian-exim:x:64901:64901::/:/bin/false' && cat /etc/passwd; } >root/etc/passwd
{ echo 'Debian-exim:x:64901:' && cat /etc/group; } >root/etc/group
for part in usr etc; do mount -t overlay overlay -o "lowerdir=root/$part:/$part" "/$part"; done
[ ! -e /dev/log ] || mount --bind /dev/null /dev/log
cat >exim.conf <<END
primary_hostname = mx.example
spool_directory = $PWD/spool
log_file_path = $PWD/spool/%slog
host_lookup =
tls_advertise_hosts =
keep_environment =
acl_smtp_connect = say
begin acl
say:
  accept message = looked up as \$sender_host_address
END
ip link set lo up
# Who connects to an address of this host does so from that very address.
ip address add 2001:db8:7::4d/128 dev lo nodad
exim4 -C "$PWD/exim.conf" -bdf -oX 2500 -oP "$PWD/pid" 2>notes &
until (: <"/dev/tcp/::1/2500") 2>/dev/null; do sleep 0.1; done

echo 'exim4-daemon-light 4.96-15+deb12u11'
seen=$(
  echo "exim -bh  $(echo QUIT | exim4 -C "$PWD/exim.conf" -bh 2001:db8:7::4d 2>/dev/null | sed -n 's/\r//;/^220/p')"
  exec 3<>"/dev/tcp/2001:db8:7::4d/2500"
  read -r greeting <&3
  echo "daemon    ${greeting%$'\r'}"
)
echo "$seen"
expected='exim -bh  220 looked up as 2001:0db8:0007:0000:0000:0000:0000:004d
daemon    220 looked up as 2001:db8:7::4d'
[ "$seen" = "$expected" ] || { echo 'ANOTHER BEHAVIOUR'; exit 1; }
