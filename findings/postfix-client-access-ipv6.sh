#!/bin/bash
# Postfix: an IPv6 address in a check_client_access table also stands for longer addresses that begin with it.
#
# One would guess: a table that holds one address, 2001:db8:7::4d, permits that host and no other, just as the same
# table does in mynetworks.
# What happens: check_client_access asks for the address, then for what is left when its last group is cut off, again and
# again. A client at 2001:db8:7::4d:1 is therefore looked up as 2001:db8:7::4d too, which looks like a host but is read as
# the beginning of an address, and is permitted. mynetworks compares whole addresses, and refuses it.
#
# Version: postfix 3.7.11-0+deb12u1. Output seen:
#     mynetworks           2001:db8:7::4d    250 2.1.5 Ok
#     check_client_access  2001:db8:7::4d    250 2.1.5 Ok
#     mynetworks           2001:db8:7::4d:1  554 5.7.1 <somebody@remote.example>: Relay access denied
#     check_client_access  2001:db8:7::4d:1  250 2.1.5 Ok
#
# It matters to whoever writes a relay table: host addresses that are compressed also name their neighbours, mostly hosts
# of the same /64. A cidr: table, or mynetworks, has no such neighbours.
# Source: access(5), HOST NAME/ADDRESS PATTERNS; check_addr_access() in src/smtpd/smtpd_check.c.
set -euo pipefail

if [ "${1-}" != inside ]; then
  script=$(realpath "$0") folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  chmod 755 "$folder" && cd "$folder"
  for package in postfix=3.7.11-0+deb12u1; do
    apt-get -qq -o APT::Sandbox::User=root download "$package" || { echo "cannot be had: $package"; exit 77; }
  done
  for file in *.deb; do dpkg -x "$file" root; done
  # As root: the network, mounts and processes of this namespace end with it.
  unshare --net --mount --pid --fork --kill-child --mount-proc bash "$script" inside
  exit
fi

# The packages lie over the system's own files, with the accounts that they want.
{ echo 'postfix:x:64901:64901::/:/bin/false' && cat /etc/passwd; } >root/etc/passwd
{ printf '%s\n' postfix:x:64901: postdrop:x:64902: && cat /etc/group; } >root/etc/group
mkdir queue data && chown 64901 data
cat >root/etc/postfix/main.cf <<END
compatibility_level = 3.6
queue_directory = $PWD/queue
data_directory = $PWD/data
myhostname = mx.example
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks reject_unauth_destination
local_recipient_maps =
END
cat >root/etc/postfix/master.cf <<END
2501 inet n - n - - smtpd
  -o { mynetworks = hash:$PWD/relay }
2502 inet n - n - - smtpd
  -o { smtpd_relay_restrictions = check_client_access hash:$PWD/relay, reject_unauth_destination }
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
END
for part in usr etc; do mount -t overlay overlay -o "lowerdir=root/$part:/$part" "/$part"; done
[ ! -e /dev/log ] || mount --bind /dev/null /dev/log
ip link set lo up
for client in 2001:db8:7::4d 2001:db8:7::4d:1; do ip address add "$client/128" dev lo nodad; done
echo '2001:db8:7::4d OK' >relay
postmap hash:relay
postfix start

# Prints the answer to RCPT. Who connects to an address of this host does so from that very address.
ask() {
  exec 3<>"/dev/tcp/$1/$2"
  printf '%s\r\n' 'HELO client.example' 'MAIL FROM:<>' 'RCPT TO:<somebody@remote.example>' QUIT >&3
  sed -n '4s/\r//p' <&3
}
postconf mail_version
seen=$(
  for client in 2001:db8:7::4d 2001:db8:7::4d:1; do
    printf '%-19s  %-16s  %s\n' mynetworks "$client" "$(ask "$client" 2501)"
    printf '%-19s  %-16s  %s\n' check_client_access "$client" "$(ask "$client" 2502)"
  done
)
echo "$seen"
[ "$(awk '{ print $3 }' <<<"$seen" | xargs)" = '250 250 554 250' ] || { echo 'ANOTHER BEHAVIOUR'; exit 1; }
