# Runs Exact where systemd does not run; where it does, exact.timer and exact-boot.service are in its place. Put here at
# the first installation on such a host, and yours from then on.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
* * * * * exact test -d /run/systemd/system || test ! -x /usr/bin/exact || exact update
@reboot   exact test -d /run/systemd/system || test ! -x /usr/bin/exact || exact expire
