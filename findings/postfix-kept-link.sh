#!/bin/bash
# Postfix: a hash: table that is replaced by rename(2) goes unnoticed while a hard link to the old file is kept.
#
# One would guess: a new file under the name of a table is seen by its time, its inode or its size, and a backup made by
# ln(1) before the rename changes nothing.
# What happens: smtpd asks the file that it has open how many links that has, and looks for a new one when there is none
# left. A backup by hard link, or by renaming the old file away, keeps one: the process answers from the old table until it
# ends, and the very removal of the backup has it see the new one.
#
# Version: postfix 3.7.11-0+deb12u1. Output seen:
#     listed                          250 2.1.5 Ok
#     replaced, old file still linked 250 2.1.5 Ok
#     link removed                    554 5.7.1 <somebody@remote.example>: Relay access denied
#
# It matters to whoever publishes a relay table: who was taken out of it goes on relaying.
# Source: dict_changed_name() in src/util/dict.c.
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
local_recipient_maps =
END
cat >root/etc/postfix/master.cf <<END
2501 inet n - n - 1 smtpd
  -o { smtpd_relay_restrictions = check_client_access hash:$PWD/relay, reject_unauth_destination }
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
END
for part in usr etc; do mount -t overlay overlay -o "lowerdir=root/$part:/$part" "/$part"; done
[ ! -e /dev/log ] || mount --bind /dev/null /dev/log
ip link set lo up
echo '127.0.0.1 OK' >relay
postmap hash:relay
echo '192.0.2.1 OK' >next
postmap hash:next
postfix start

# Prints the answer to RCPT.
ask() {
  exec 3<>/dev/tcp/127.0.0.1/2501
  printf '%s\r\n' 'HELO client.example' 'MAIL FROM:<>' 'RCPT TO:<somebody@remote.example>' QUIT >&3
  sed -n '4s/\r//p' <&3
}
postconf mail_version
seen=$(
  echo "listed                          $(ask)"
  ln relay.db backup && mv next.db relay.db
  echo "replaced, old file still linked $(ask)"
  rm backup
  echo "link removed                    $(ask)"
)
echo "$seen"
[ "$(cut -c33-35 <<<"$seen" | xargs)" = '250 250 554' ] || { echo 'ANOTHER BEHAVIOUR'; exit 1; }
