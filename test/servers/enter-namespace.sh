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

. "${0%/*}/network.sh"

echo "$pid"
exec cat
