#!/bin/bash
# tcpserver: of several rules that fit a client, the closest alone holds; what the others set is not set.
#
# One would guess: a rule for a network says what its clients get, and a rule for one of them adds to that, or changes it.
# What happens: the rule for the one address stands in the place of that for its network. A host that gets RBLSMTPD by a
# rule of its own has lost the RELAYCLIENT of its network, and with `allow` alone it would have lost everything.
#
# Version: ucspi-tcp-ipv6 1:0.88-7. Output seen:
#     192.0.2.5: rule 192.0.2.: set environment variable RELAYCLIENT= allow connection
#     192.0.2.7: rule 192.0.2.7: set environment variable RBLSMTPD= allow connection
#
# It matters to whoever adds addresses to an existing table of rules: each new rule must repeat what the rule says that it
# hides, a refusal included: an address that is allowed inside a network that is denied is let in.
# Source: tcprules(1), ADDRESSES: the order in which tcpserver looks for a rule.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
package='ucspi-tcp-ipv6=1:0.88-7'
apt-get -qq -o APT::Sandbox::User=root download "$package" || { echo "cannot be had: $package"; exit 77; }
dpkg -x *.deb root
PATH=$PWD/root/usr/bin:$PATH

tcprules rules.cdb rules.tmp <<END
192.0.2.:allow,RELAYCLIENT=""
192.0.2.7:allow,RBLSMTPD=""
END

echo "$package"
seen=$(
  for client in 192.0.2.5 192.0.2.7; do
    echo "$client: $(TCPREMOTEIP=$client tcprulescheck rules.cdb | xargs)"
  done
)
echo "$seen"
expected='192.0.2.5: rule 192.0.2.: set environment variable RELAYCLIENT= allow connection
192.0.2.7: rule 192.0.2.7: set environment variable RBLSMTPD= allow connection'
[ "$seen" = "$expected" ] || { echo 'ANOTHER BEHAVIOUR'; exit 1; }
