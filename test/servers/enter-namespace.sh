# Run by namespace.ts as the first process of new network, mount, process and host name namespaces, with a folder
# as its argument. Prints its process id as the host sees it, then stays until its standard input ends; then the
# kernel kills all that runs in here, and the network and the mounts go with it.
set -eu
folder=$1

# The /proc still mounted is the host's.
read -r pid _ </proc/self/stat
mount -t proc proc /proc

# A /dev of its own, so that the socket /dev/log is not the host's.
mkdir "$folder/dev"
mount -t tmpfs dev "$folder/dev"
for device in null zero full random urandom; do
  : >"$folder/dev/$device"
  mount --bind "/dev/$device" "$folder/dev/$device"
done
mount --rbind "$folder/dev" /dev

hostname mx
ip link set lo up
# The mail host itself.
ip address add 192.0.2.1/32 dev lo
ip address add 2001:db8::1/128 dev lo
# Its clients: with these routes every address of the documentation networks (RFC 5737, RFC 3849) is local.
for network in 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32; do
  ip route add local "$network" dev lo
done
# IPv6 asks for the address itself, not only for a route, unless told otherwise.
echo 1 >/proc/sys/net/ipv6/ip_nonlocal_bind

echo "$pid"
exec cat
