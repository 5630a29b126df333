#!/bin/sh
# Say in one line why this machine or user can not have a node, and end with 3; say nothing where it can.
set -eu
fail() { echo "node: $*" >&2; exit 3; }
[ "$(id -u)" = 0 ] || fail "needs root: it makes mount, network and process namespaces"
unshare --mount --net true 2> /dev/null || fail "this root may not make mount and network namespaces (CAP_SYS_ADMIN is missing)"
missing=
for c in containerd runc nft iptables conntrack ip nsenter openssl python3; do
	command -v "$c" > /dev/null || missing="$missing $c"
done
[ -z "$missing" ] || fail "missing:$missing. On Debian: apt-get install --no-install-recommends containerd runc containernetworking-plugins iptables nftables conntrack iproute2 openssl python3"
[ -x /usr/lib/cni/bridge ] || fail "missing: /usr/lib/cni/bridge (Debian's containernetworking-plugins)"
