# Sourced by the scripts that open a mail host of a test: gives a new network its addresses.

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
