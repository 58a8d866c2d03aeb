# Run by debian.ts in a mount namespace of its own, with a folder, the folder of a Debian and 'systemd' or 'nothing', the
# first process that is to run in it. What is written to that Debian goes to memory. Prints the process id of its first
# process as the host sees it; ends it all when standard input ends.
set -eu
folder=$1 lower=$2 first=$3
here=${0%/*}

mkdir "$folder/memory" "$folder/root" "$folder/cgroup"
mount -t tmpfs memory "$folder/memory"
mkdir "$folder/memory/upper" "$folder/memory/work"
mount -t overlay debian -o "lowerdir=$lower,upperdir=$folder/memory/upper,workdir=$folder/memory/work" "$folder/root"

# systemd takes the whole tree of control groups that it sees for its own: let that be a branch.
mount -t cgroup2 cgroup "$folder/cgroup"
branch=$(mktemp -d "$folder/cgroup/exact-servers-XXXXXX")
(
  echo 0 >"$branch/cgroup.procs"
  exec unshare --net --pid --uts --ipc --cgroup --mount --fork --kill-child --propagation private \
    sh "$here/enter-debian.sh" "$folder/root" "$first"
) </dev/null &
inside=$!

cat
kill -KILL "$inside"
wait "$inside" || true
# The kernel ends the first process in there with unshare, and all others with that, but waits for none of them.
tries=100
until find "$branch" -depth -type d -exec rmdir {} + 2>/dev/null; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || exit 1
  sleep 0.1
done
