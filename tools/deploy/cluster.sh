# What both samples' scripts know of a cluster, in which CLUSTER says (bash, sourced at the root of the project: it uses IMAGE).

step() { echo "== $*"; }
fail() { echo "deploy: $*" >&2; exit 1; }
need() { command -v "$1" > /dev/null || fail "$1 is missing: $2"; }

# How kubectl gets there, how one is made, and how an image's archive comes in.
CLUSTER=${CLUSTER:-kind}
KIND_CLUSTER=${KIND_CLUSTER:-usher}
case $CLUSTER in
kind)
	need kind "install it, or take CLUSTER=node or CLUSTER=current"
	need kubectl "install it"
	kubectl=(kubectl --context "kind-$KIND_CLUSTER")
	exists() { kind get clusters 2> /dev/null | grep -qx "$KIND_CLUSTER"; }
	create() { kind create cluster --name "$KIND_CLUSTER"; }
	load() { kind load image-archive "$1" --name "$KIND_CLUSTER"; }
	;;
node)
	kubectl=(tools/kube/node/in.sh kubectl)
	exists() { tools/kube/node/in.sh true 2> /dev/null; }
	create() { tools/kube/node/start.sh; }
	load() { tools/kube/node/in.sh ctr -n k8s.io images import "$1" > /dev/null; }
	;;
current)
	need kubectl "install it"
	kubectl=(kubectl)
	exists() { kubectl version > /dev/null 2>&1; }
	create() { fail "kubectl reaches no cluster"; }
	load() { echo "nothing is loaded: the cluster pulls $IMAGE"; }
	[ -n "${IMAGE-}" ] || fail "CLUSTER=current needs IMAGE, one that the cluster can pull"
	;;
*) fail "CLUSTER=$CLUSTER: it must be kind, node or current" ;;
esac
k() { "${kubectl[@]}" "$@"; }
apply() { k apply --server-side --force-conflicts --field-manager=usher-deploy "$@"; }
usher() { java -jar webhook-cli/target/usher.jar "$@"; }

# need_cert_manager: OVERLAY=cert-manager takes certificates of it
need_cert_manager() {
	[ "$OVERLAY" != cert-manager ] || k get crd certificates.cert-manager.io > /dev/null 2>&1 ||
		fail "the cluster has no cert-manager: install it, or take OVERLAY=$1"
}

secret_value() { k get secret "$NAME-tls" -n "$NAMESPACE" -o "go-template={{index .data \"$1\"}}" | base64 -d; }

# certificate FOLDER: of the server. The one that the cluster has is kept: another one is of another CA, which the API
# server would have to learn of in the same moment as the server.
certificate() {
	local file
	if k get secret "$NAME-tls" -n "$NAMESPACE" > /dev/null 2>&1; then
		mkdir -p "$1"
		for file in ca.crt tls.crt tls.key; do secret_value "$file" > "$1/$file"; done
		! command -v openssl > /dev/null || openssl x509 -in "$1/tls.crt" -noout -checkend 604800 > /dev/null ||
			echo "the certificate ends within a week: make undeploy, then make deploy, makes another"
	else
		usher certs --dns "$NAME.$NAMESPACE.svc,$NAME.$NAMESPACE.svc.cluster.local" --out "$1"
	fi
}
