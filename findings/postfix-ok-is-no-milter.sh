#!/bin/bash
# Postfix: a client for whom smtpd_milter_maps finds OK is refused: the word is the name of a mail filter there.
#
# One would guess: the table of own clients that check_client_access reads, each with OK, can be named in smtpd_milter_maps
# too, since both look up the client's address, so that the filters leave these clients alone.
# What happens: what the table says stands in the place of smtpd_milters. OK is no filter's address, and the client is told
# of an error of configuration, at each try. The word that turns the filters off is DISABLE, and pipemap with inline makes
# it of OK.
#
# Version: postfix 3.7.11-0+deb12u1. Output seen:
#     check_client_access, OK      250 2.1.5 Ok
#     smtpd_milter_maps, OK        451 4.3.5 Server configuration problem - try again later
#     smtpd_milter_maps, DISABLE   250 2.1.5 Ok
#
# It matters to whoever keeps own clients in a table: in this place it shuts out them alone, and lets strangers in.
# Source: smtpd_milter_maps in postconf(5).
set -euo pipefail

if [ "${1-}" != inside ]; then
  script=$(realpath "$0") folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  chmod 755 "$folder" && cd "$folder"
  package=postfix=3.7.11-0+deb12u1
  apt-get -qq -o APT::Sandbox::User=root download "$package" || { echo "cannot be had: $package"; exit 77; }
  dpkg -x postfix_*.deb root
  # As root: the network, mounts and processes of this namespace end with it.
  unshare --net --mount --pid --fork --kill-child --mount-proc bash "$script" inside
  exit
fi

# The package lies over the system's own files, with the accounts that it wants.
{ echo 'postfix:x:64901:64901::/:/bin/false' && cat /etc/passwd; } >root/etc/passwd
{ printf '%s\n' postfix:x:64901: postdrop:x:64902: && cat /etc/group; } >root/etc/group
mkdir queue data && chown 64901 data
cat >root/etc/postfix/main.cf <<END
compatibility_level = 3.6
queue_directory = $PWD/queue
data_directory = $PWD/data
myhostname = mx.example
smtpd_peername_lookup = no
local_recipient_maps =
smtpd_relay_restrictions = check_client_access hash:$PWD/relay, reject_unauth_destination
END
cat >root/etc/postfix/master.cf <<END
2501 inet n - n - - smtpd
2502 inet n - n - - smtpd -o smtpd_milter_maps=hash:$PWD/relay
2503 inet n - n - - smtpd
  -o { smtpd_milter_maps = pipemap:{hash:$PWD/relay,inline:{OK=DISABLE}} }
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
END
for part in usr etc; do mount -t overlay overlay -o "lowerdir=root/$part:/$part" "/$part"; done
[ ! -e /dev/log ] || mount --bind /dev/null /dev/log
ip link set lo up
echo '127.0.0.1 OK' >relay
postmap hash:relay
postfix start

# Prints the answer to the first command that is refused, or to RCPT.
ask() {
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  printf '%s\r\n' 'HELO client.example' 'MAIL FROM:<>' 'RCPT TO:<somebody@remote.example>' QUIT >&3
  tr -d '\r' <&3 | sed -n '3,4{/^[45]/{p;q};4p}'
}
postconf mail_version
seen=$(
  echo "check_client_access, OK      $(ask 2501)"
  echo "smtpd_milter_maps, OK        $(ask 2502)"
  echo "smtpd_milter_maps, DISABLE   $(ask 2503)"
)
echo "$seen"
[ "$(cut -c30-32 <<<"$seen" | xargs)" = '250 451 250' ] || { echo 'ANOTHER BEHAVIOUR'; exit 1; }
