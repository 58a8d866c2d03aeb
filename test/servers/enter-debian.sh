# Run by open-debian.sh as the first process of namespaces of all kinds, with the root folder of a Debian and 'systemd'
# or 'nothing'. Prints its process id as the host sees it, makes that folder its root, and becomes systemd, or waits.
set -eu
root=$1 first=$2

# The /proc still mounted is the host's.
read -r pid _ </proc/self/stat
mount -t proc proc /proc
. "${0%/*}/network.sh"

mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 dev "$root/dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=755 run "$root/run"
[ "$first" != systemd ] || mount -t cgroup2 cgroup "$root/sys/fs/cgroup"

cd "$root"
mkdir host
pivot_root . host
umount -l host
rmdir host
echo "$pid"
case $first in
# The variable tells systemd that it is in a container (systemd.io/CONTAINER_INTERFACE).
systemd) exec env -i container=exact-test /sbin/init >/dev/null 2>&1 ;;
*) exec sleep infinity >/dev/null 2>&1 ;;
esac
