#!/bin/bash
# Sendmail: the access database finds an IPv6 client by eight groups without ::, and by no other spelling.
#
# One would guess: an address is found as it is usually written, 2001:db8:7::4d, with IPv6: before it or without.
# What happens: Sendmail asks for IPv6: and eight groups without leading zeros, and then for fewer and fewer of them. The
# usual spelling, with or without IPv6: before it, is never asked for, and makemap takes it without a word.
#
# Version: sendmail-bin 8.17.1.9-2+deb12u2. Output seen, each for a database of that one key, from 2001:db8:7::4d:
#     Connect:IPv6:2001:db8:7:0:0:0:0:4d                        250
#     Connect:IPv6:2001:db8:7::4d                               550
#     Connect:2001:db8:7::4d                                    550
#     Connect:IPv6:2001:0db8:0007:0000:0000:0000:0000:004d      550
#
# It matters to whoever writes a relay table for two servers: one key does not serve both.
# Source: UseCompressedIPv6Addresses in doc/op/op.me, off since 8.15.
set -euo pipefail

if [ "${1-}" != inside ]; then
  script=$(realpath "$0") folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  chmod 755 "$folder" && cd "$folder"
  version=8.17.1.9-2+deb12u2
  for package in sendmail-bin=$version sendmail-cf=$version m4=1.4.19-3 libsigsegv2=2.14-1; do
    apt-get -qq -o APT::Sandbox::User=root download "$package" || { echo "cannot be had: $package"; exit 77; }
  done
  for file in *.deb; do dpkg -x "$file" root; done
  # As root: the network, mounts and processes of this namespace end with it.
  unshare --net --mount --pid --fork --kill-child --mount-proc bash "$script" inside
  exit
fi

mkdir -p queue root/etc/mail root/etc/aliases.d
{ printf '%s:x:%s::/:/bin/false\n' smmta 64901:64901 smmsp 64902:64902 && cat /etc/passwd; } >root/etc/passwd
{ printf '%s:\n' smmta:x:64901 smmsp:x:64902 && cat /etc/group; } >root/etc/group
printf '%s files\n' hosts: passwd: group: >root/etc/nsswitch.conf
# The recipient has a host, and this host a full name, for which Sendmail would wait a minute.
printf "%s\n" "127.0.0.1 mx.example $(hostname)" "192.0.2.25 remote.example" >root/etc/hosts
printf '%s files\n' hosts aliases >root/etc/mail/service.switch
for part in usr etc; do mount -t overlay overlay -o "lowerdir=root/$part:/$part" "/$part"; done
# Sendmail takes no database in a folder below /tmp, which everybody may write.
mount --bind root/etc/mail /etc/mail
[ ! -e /dev/log ] || mount --bind /dev/null /dev/log
ip link set lo up
# Who connects to an address of this host does so from that very address.
ip address add 2001:db8:7::4d/128 dev lo nodad
cat >sendmail.mc <<END
define(\`_USE_ETC_MAIL_')dnl
include(\`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(\`debian')dnl
define(\`confDOMAIN_NAME', \`mx.example')dnl
define(\`confDONT_PROBE_INTERFACES', \`True')dnl
define(\`confTO_IDENT', \`0')dnl
define(\`confREFUSE_LA', \`1000')dnl
define(\`confPID_FILE', \`$PWD/pid')dnl
define(\`QUEUE_DIR', \`$PWD/queue')dnl
define(\`confHOST_STATUS_DIRECTORY', \`$PWD/queue')dnl
FEATURE(\`nocanonify')dnl
FEATURE(\`accept_unresolvable_domains')dnl
FEATURE(\`no_default_msa')dnl
FEATURE(\`access_db', \`hash -T<TMPF> /etc/mail/access')dnl
DAEMON_OPTIONS(\`Family=inet6, Name=v6, Port=2500, Addr=2001:db8:7::4d')dnl
MAILER(\`smtp')dnl
END
m4 sendmail.mc >sendmail.cf
programs=/usr/libexec/sendmail
make_access() { printf '%s\tRELAY\n' "$1" | $programs/makemap -C sendmail.cf hash /etc/mail/access; }
make_access nobody
$programs/sendmail -C "$PWD/sendmail.cf" -bd
until (: <"/dev/tcp/2001:db8:7::4d/2500") 2>/dev/null; do sleep 0.1; done

# Prints the code of the answer to RCPT, speaking in turns as Sendmail wants it.
ask() {
  exec 3<>"/dev/tcp/2001:db8:7::4d/2500"
  read -r answer <&3
  for line in 'HELO client.example' 'MAIL FROM:<>' 'RCPT TO:<somebody@remote.example>'; do
    printf '%s\r\n' "$line" >&3
    read -r answer <&3
  done
  printf 'QUIT\r\n' >&3
  echo "${answer%% *}"
}
echo 'sendmail-bin 8.17.1.9-2+deb12u2'
seen=$(
  for key in IPv6:2001:db8:7:0:0:0:0:4d IPv6:2001:db8:7::4d 2001:db8:7::4d IPv6:2001:0db8:0007:0000:0000:0000:0000:004d; do
    make_access "Connect:$key"
    printf '%-56s  %s\n' "Connect:$key" "$(ask)"
  done
)
echo "$seen"
[ "$(awk '{ print $2 }' <<<"$seen" | xargs)" = '250 550 550 550' ] || { echo 'ANOTHER BEHAVIOUR'; exit 1; }
