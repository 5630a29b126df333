#!/bin/bash
# Check, as root, that a node mounts over paths that the machine lacks without making them there, beside another node.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
unshare --mount true 2> /dev/null || { echo "mounts-check: skipped, this user may make no mount namespace"; exit 0; }
work=$(mktemp -d)
mount -t tmpfs tmpfs "$work" 2> /dev/null || { echo "mounts-check: skipped, this user may mount nothing"; rmdir "$work"; exit 0; }
trap 'umount -l "$work"; rmdir "$work"' EXIT
paths="/etc/kubernetes /etc/cni /var/lib/containerd /var/lib/kubelet /var/lib/cni /usr/libexec/kubernetes /var/log"
there() { for p in $paths; do [ ! -d "$p" ] || echo "$p"; done; }
hosts=$(cat /etc/hosts)

# node NAME: mounts as node.sh does, leaves a file in each, waits for the word to end
node() {
	mkdir -p "$work/$1"
	STATE=$work/$1 unshare --mount bash -eu -c '
		mount --make-rprivate /
		mount -t tmpfs tmpfs /run
		. "$1/mounts.sh"
		over $2
		for p in $2; do echo "$STATE" > "$p/mine"; done
		touch "$STATE/up"
		until [ -e "$STATE/end" ]; do sleep 0.1; done
		for p in $2; do [ "$(cat "$p/mine")" = "$STATE" ] || { echo "$p is not the own one of $STATE"; exit 1; }; done
		[ "$(cat /etc/hosts)" = "$3" ] || { echo "/etc/hosts differs"; exit 1; }
	' node "$here" "$paths" "$hosts" &
}
await() { for _ in $(seq 100); do [ ! -e "$1" ] || return 0; sleep 0.1; done; echo "mounts-check: $1 is missing"; exit 1; }

before=$(there)
node one; one=$!
node two; two=$!
await "$work/one/up"
await "$work/two/up"
[ "$(there)" = "$before" ] || { echo "mounts-check: made on the machine: $(there)"; exit 1; }
touch "$work/one/end"
wait $one
# the first has ended: the second still has its own
touch "$work/two/end"
wait $two
[ "$(there)" = "$before" ] || { echo "mounts-check: made on the machine: $(there)"; exit 1; }
echo "mounts-check: two nodes mounted over $(echo "$paths" | wc -w) paths, the machine is as before"
