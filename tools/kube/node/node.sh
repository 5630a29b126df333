#!/bin/bash
# PID 1 of the node: start.sh runs it inside the namespaces.
# Nothing that it mounts, no interface, route or packet filter rule is seen outside of them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
log=$STATE/log node=10.99.0.1

# private folders over the default paths
mount --make-rprivate /
mount -t tmpfs tmpfs /run
. "$here/mounts.sh"
over /var/lib/containerd /var/lib/kubelet /var/lib/cni /var/log /etc/cni /etc/kubernetes /usr/libexec/kubernetes
mkdir -p /etc/cni/net.d
cp "$here/conf/cni.conflist" /etc/cni/net.d/10-pods.conflist
# The kubelet would set these for the whole machine: show it files that hold its values already.
for kv in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
	kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
	f=/run/sysctl.$(echo "${kv%%=*}" | tr / .)
	echo "${kv#*=}" > "$f"
	mount --bind "$f" "/proc/sys/${kv%%=*}"
done
# No name server can be reached: look-ups in Pods must fail at once, not after a resolver's time-outs
# (a JDK HttpsServer, for one, looks up each client's name before it answers the TLS handshake).
: > /run/resolv.conf
mount --bind /run/resolv.conf /etc/resolv.conf

hostname node
ip link set lo up
ip link add node0 type bridge # not every kernel has dummy devices
ip addr add $node/24 dev node0
ip link set node0 up
ip route add default via 10.99.0.254 dev node0
echo 1 > /proc/sys/net/ipv4/ip_forward

# the node's cgroup, in each hierarchy; a new cpuset is empty
for d in /sys/fs/cgroup /sys/fs/cgroup/*; do
	[ -e "$d/cgroup.procs" ] || continue
	mkdir "$d/$CGROUP"
	for f in cpuset.cpus cpuset.mems; do
		[ ! -e "$d/$f" ] || cat "$d/$f" > "$d/$CGROUP/$f"
	done
	# As much as ten of the machine's other processes: all Pods together would count as one, and starve where it is busy.
	for kv in cpu.shares=10240 cpu.weight=1000; do
		[ ! -e "$d/$CGROUP/${kv%=*}" ] || echo "${kv#*=}" > "$d/$CGROUP/${kv%=*}"
	done
done

"$here/certs.sh" /etc/kubernetes $node 10.96.0.1
cd /etc/kubernetes
mkdir -p manifests
authorizers=(--authorization-mode Node,RBAC)
if [ -n "${CONTROL_PLANE-}" ]; then
	cp -a "$CONTROL_PLANE/." .
	mapfile -t authorizers < <(grep '^--' usher/kube-apiserver.flags)
fi
# What ends is started again, as a service manager would: a test may kill any component.
run() {
	local name=$1
	shift
	while :; do
		"$@" >> "$log/$name.log" 2>&1 || true
		echo "$name ended, starting it again" >> "$log/node.log"
		sleep 0.5
	done &
}
component() { run "$1" "$BIN/$1" "${@:2}"; }

start_apiserver() {
	component kube-apiserver --etcd-servers http://127.0.0.1:2379 \
		--advertise-address $node --bind-address 0.0.0.0 --service-cluster-ip-range 10.96.0.0/16 \
		--tls-cert-file apiserver.crt --tls-private-key-file apiserver.key --client-ca-file ca.crt \
		--kubelet-client-certificate kubelet-client.crt --kubelet-client-key kubelet-client.key \
		--kubelet-certificate-authority ca.crt --kubelet-preferred-address-types InternalIP \
		--service-account-issuer https://kubernetes.default.svc \
		--service-account-key-file sa.pub --service-account-signing-key-file sa.key \
		--requestheader-client-ca-file front-proxy-ca.crt --requestheader-allowed-names front-proxy-client \
		--requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
		--requestheader-uid-headers X-Remote-Uid --requestheader-extra-headers-prefix X-Remote-Extra- \
		--proxy-client-cert-file front-proxy-client.crt --proxy-client-key-file front-proxy-client.key \
		"${authorizers[@]}" --enable-admission-plugins NodeRestriction --allow-privileged \
		--audit-policy-file "$here/conf/audit.yaml" --audit-log-path /var/log/audit.log --audit-log-mode blocking
}
start_kubelet() {
	component kubelet --config "$here/conf/kubelet.yaml" --kubeconfig kubelet.conf \
		--hostname-override node --node-ip $node --cgroup-root "/$CGROUP" \
		--tls-cert-file /etc/kubernetes/kubelet.crt --tls-private-key-file /etc/kubernetes/kubelet.key
}
run containerd containerd -c "$here/conf/containerd.toml"
component etcd --data-dir "$STATE/etcd" --unsafe-no-fsync --log-level warn \
	--listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
	--listen-peer-urls http://127.0.0.1:2380
[ -n "${CONTROL_PLANE-}" ] || start_apiserver
until ctr version > /dev/null 2>&1; do sleep 0.2; done
for image in "$IMAGES"/*.tar; do
	ctr -n k8s.io images import "$image" >> "$log/images.log" 2>&1
done
if [ -n "${CONTROL_PLANE-}" ]; then
	# Nobody tells of a Pod before there is an API server, but that it listens.
	start_kubelet
	until ss -ltn | grep -q ':8443 '; do sleep 0.2; done
	start_apiserver
fi
until "$BIN/kubectl" --kubeconfig admin.conf get --raw /readyz > /dev/null 2>&1; do sleep 0.2; done
component kube-controller-manager --kubeconfig controller-manager.conf --use-service-account-credentials \
	--leader-elect=false --secure-port 0 --root-ca-file ca.crt --service-account-private-key-file sa.key \
	--cluster-signing-cert-file ca.crt --cluster-signing-key-file ca.key
component kube-scheduler --kubeconfig scheduler.conf --leader-elect=false --secure-port 0
[ -n "${CONTROL_PLANE-}" ] || start_kubelet
component kube-proxy --config "$here/conf/kube-proxy.yaml"
while :; do wait -n || sleep 1; done
