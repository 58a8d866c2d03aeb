# Run by rpm-package.all.test.ts in mount and process namespaces of its own, with a folder, the files of a Debian, and a
# package. Installs, upgrades and removes the package in a copy of these files, and prints what came of it.
set -eu
folder=$1 lower=$2 package=$3
root=$folder/root
mount -t tmpfs memory "$folder"
mkdir "$folder/upper" "$folder/work" "$root"
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$folder/upper,workdir=$folder/work" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }
inside apt-get install -y -q nodejs >/dev/null 2>&1
install -m 640 /dev/null "$root/var/log/maillog"
# Debian's rpm has its data base elsewhere than the host's; and what the package asks for are names of another family.
rpm="rpm --root $root --dbpath /var/lib/rpm --nodeps"
mkdir -p "$root/var/lib/rpm"

$rpm -i "$package"
inside id -nG exact
inside stat -c '%U %G %a' /var/lib/exact
inside exact --version
echo $(inside systemctl is-enabled exact.timer exact.path exact-boot.service)

login='{"time":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","address":"198.51.100.7","user":"alice","server":"dovecot"}'
echo "$login" | inside exact update --logins -
limit() { inside exact dump --settings | sed -n 's/^max-users-per-address  *\([a-z0-9]*\).*/\1/p'; }
echo "limit: $(limit)"
sed -i '/^max-users-per-address/d' "$root/etc/exact/exact.conf"
$rpm -U --force "$package"
echo "table after an upgrade: $(cat "$root/var/lib/exact/relay.txt")"
echo "limit after an upgrade: $(limit)"

$rpm -e exact-relay
echo "table after the removal:$(cat "$root/var/lib/exact/relay.txt")"
test -s "$root/var/lib/exact/relay.cdb" && echo 'relay.cdb stays'
test -e "$root/usr/lib/systemd/system/exact.timer" || echo 'units: none'
test -e "$root/etc/exact/exact.conf" && echo 'settings stay'
inside id exact >/dev/null && echo 'account stays'
