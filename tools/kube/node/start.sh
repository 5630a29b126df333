#!/bin/bash
# Start a one-node Kubernetes cluster in namespaces of its own, and wait until it takes Pods.
#
# STATE   where the cluster keeps its data and logs (default ~/.cache/usher-kube/node/state)
# IMAGES  a folder of image archives (*.tar) to import besides the pause image (default ~/.cache/usher-kube/node/images)
# CONTROL_PLANE  a folder that is laid into /etc/kubernetes: what is in its manifests/ runs as static Pods, and only when one of
#         these listens on port 8443 does kube-apiserver start, with the flags of its usher/kube-apiserver.flags
# KEEP=1  go on with the data of an earlier start
# Ends with 3 where this machine or user can not have a node.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home=${USHER_KUBE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/usher-kube}/node
export BIN IMAGES STATE CGROUP
STATE=$(realpath -m "${STATE:-$home/state}")
IMAGES=$(realpath -m "${IMAGES:-$home/images}")
[ ! -e "$STATE/pid" ] || { echo "node: already started, or not stopped (make node-down): $STATE/pid" >&2; exit 1; }
"$here/check.sh"
# What the caller holds open, a lock above all, is not the node's to hold. 255 is bash's own.
for fd in /proc/$$/fd/*; do
	fd=${fd##*/}
	[ "$fd" -le 2 ] || [ "$fd" = 255 ] || eval "exec $fd>&-"
done
BIN=$("$here/../assets.sh" kube-controller-manager kube-scheduler kube-proxy kubelet) || exit 3
mkdir -p "$IMAGES"
if [ ! -e "$IMAGES/pause.tar" ]; then
	tmp=$(mktemp -d)
	CGO_ENABLED=0 go build -ldflags "-s -w" -o "$tmp/pause" "$here/pause/main.go"
	"$here/mkimage.py" "$IMAGES/pause.tar" localhost/pause:1 /pause "$tmp/pause=/pause" > /dev/null
	rm -r "$tmp"
fi
[ -n "${KEEP-}" ] || rm -rf "$STATE"
mkdir -p "$STATE/log"
# a kubelet removes every Pod's cgroup that it does not know: each node has a place of its own
CGROUP=usher-node-$$
echo "$CGROUP" > "$STATE/cgroup"
ln -sfn "$BIN" "$STATE/bin"
setsid unshare --mount --net --pid --uts --ipc --fork --kill-child --mount-proc \
	"$here/node.sh" > "$STATE/log/node.log" 2>&1 < /dev/null &
echo $! > "$STATE/pid"
for _ in $(seq 240); do
	kill -0 "$(cat "$STATE/pid")" 2> /dev/null || break
	# ready: no taint is left on the node, and Pods have an account to run under
	if taints=$("$here/in.sh" kubectl get node node -o 'jsonpath=ready:{.spec.taints}' 2> /dev/null) &&
		[ "$taints" = ready: ] &&
		"$here/in.sh" kubectl get serviceaccount default > /dev/null 2>&1; then
		exit 0
	fi
	sleep 0.5
done
echo "the node does not get ready; the last lines of its logs:" >&2
tail -n 3 "$STATE"/log/*.log >&2
"$here/stop.sh"
exit 1
