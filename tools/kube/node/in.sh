#!/bin/sh
# in.sh COMMAND...: run a command inside the node's namespaces, kubectl as the cluster's admin.
set -eu
STATE=$(realpath -m "${STATE:-${USHER_KUBE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/usher-kube}/node/state}")
[ -e "$STATE/pid" ] || { echo "node: not started (make node-up): $STATE/pid is missing" >&2; exit 1; }
unshare=$(cat "$STATE/pid")
init=$(cut -d' ' -f1 "/proc/$unshare/task/$unshare/children")
PATH=$(realpath "$STATE/bin"):$PATH KUBECONFIG=/etc/kubernetes/admin.conf \
	exec nsenter -t "$init" -m -n -p -u -i --wdns="$PWD" -- "$@"
