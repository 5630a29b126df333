#!/bin/sh
# Stop the node. Its PID namespace takes every process with it, and these every mount and interface.
set -eu
STATE=$(realpath -m "${STATE:-${USHER_KUBE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/usher-kube}/node/state}")
[ -e "$STATE/pid" ] || exit 0
unshare=$(cat "$STATE/pid")
kill -KILL "$unshare" 2> /dev/null || true
while kill -0 "$unshare" 2> /dev/null; do sleep 0.1; done
# What is the machine's own: the cgroups, empty by and by, innermost first.
cgroup=$(cat "$STATE/cgroup")
for _ in $(seq 50); do
	find /sys/fs/cgroup -depth -type d -path "*/$cgroup*" -exec rmdir {} + 2> /dev/null || true
	[ -n "$(find /sys/fs/cgroup -maxdepth 2 -type d -name "$cgroup")" ] || break
	sleep 0.2
done
rm -f "$STATE/pid"
