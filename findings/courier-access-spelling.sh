#!/bin/bash
# Courier: couriertcpd gives an address one spelling in its access file and another in what it tells the server.
#
# One would guess: TCPREMOTEIP, which the servers write to the log as ip=[...], is what the access file is asked for.
# What happens: an IPv4 client is ::ffff:192.0.2.10 in TCPREMOTEIP and 192.0.2.10 in the access file, where the mapped form
# is never found. With IPv6 it is the other way about: 2001:db8:7::4d in TCPREMOTEIP, and in the access file all eight
# groups with all their zeros, after a colon.
#
# Version: courier-base 1.0.16-3+b6. Output seen, FOUND being the rule of the access file:
#     TCPREMOTEIP=::ffff:192.0.2.10 FOUND=plain
#     TCPREMOTEIP=::ffff:192.0.2.11 FOUND=nothing (its rule has the mapped form)
#     TCPREMOTEIP=2001:db8:7::4d FOUND=colon-and-zeros
#
# It matters to whoever makes an access file of logged addresses: copied as they are, no client is found in it, neither by
# IPv4 nor by IPv6; and whoever reads the log for IPv4 addresses must take the mapped form for one.
# Source: couriertcpd(1), ACCESS FILE, IPv6 addresses.
set -euo pipefail

if [ "${1-}" != inside ]; then
  script=$(realpath "$0") folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  cd "$folder"
  for package in courier-base=1.0.16-3+b6 libidn12=1.41-1; do
    apt-get -qq -o APT::Sandbox::User=root download "$package" || { echo "cannot be had: $package"; exit 77; }
  done
  for file in *.deb; do dpkg -x "$file" root; done
  # As root: the network, mounts and processes of this namespace end with it.
  unshare --net --mount --pid --fork --kill-child --mount-proc bash "$script" inside
  exit
fi

# The packages lie over the system's own files, since makedat looks for its other half there.
mount -t overlay overlay -o "lowerdir=root/usr:/usr" /usr
ip link set lo up
# Who connects to an address of this host does so from that very address.
for client in 192.0.2.10/32 192.0.2.11/32 2001:db8:7::4d/128; do ip address add "$client" dev lo; done

cat >rules <<END
192.0.2.10	allow,FOUND=plain
::ffff:192.0.2.11	allow,FOUND=mapped
2001:db8:7::4d	allow,FOUND=compressed
:2001:0db8:0007:0000:0000:0000:0000:004d	allow,FOUND=colon-and-zeros
END
makedat.courier -src="$PWD/rules" -file="$PWD/access.dat" -tmp="$PWD/access.tmp"
printf '%s\n' '#!/bin/sh' 'echo "TCPREMOTEIP=$TCPREMOTEIP FOUND=${FOUND-nothing}"' >server
chmod 755 server
couriertcpd -nodnslookup -noidentlookup -access="$PWD/access.dat" 2500 "$PWD/server" &
until (: </dev/tcp/192.0.2.10/2500) 2>/dev/null; do sleep 0.1; done

echo 'courier-base 1.0.16-3+b6'
seen=$(for client in 192.0.2.10 192.0.2.11 2001:db8:7::4d; do cat <"/dev/tcp/$client/2500"; done)
echo "$seen"
expected='TCPREMOTEIP=::ffff:192.0.2.10 FOUND=plain
TCPREMOTEIP=::ffff:192.0.2.11 FOUND=nothing
TCPREMOTEIP=2001:db8:7::4d FOUND=colon-and-zeros'
[ "$seen" = "$expected" ] || { echo 'ANOTHER BEHAVIOUR'; exit 1; }
