#!/bin/bash
# Put the sample's webhook into a cluster, or take it out again.
#
# usage: deploy.sh up|down
#
# CLUSTER  kind (default), node (the one of tools/kube) or current (what kubectl points at)
# OVERLAY  secret (default: a CA and certificate of `usher certs`), kind, cert-manager or self-managed
# IMAGE    what the image is called; on `current` one that the cluster can pull, as nothing is loaded there
# BUILD    no to take the image that webhook-image/target has
# NAME, NAMESPACE  as `usher manifests` takes them (default: labeler, labeler-system)
# RULES    a folder of rule jars (default: the sample's)
set -euo pipefail
[ -z "${RULES-}" ] || RULES=$(realpath "$RULES")
cd "$(dirname "$0")/../.."

CLUSTER=${CLUSTER:-kind}
OVERLAY=${OVERLAY:-secret}
NAME=${NAME:-labeler}
NAMESPACE=${NAMESPACE:-$NAME-system}
export RULES=${RULES:-$PWD/webhook-sample-labeler/target}
SAMPLES=webhook-sample-labeler/src/main/kubernetes/samples
KIND_CLUSTER=${KIND_CLUSTER:-usher}
work=$PWD/target/deploy
manifests=$work/manifests
archive=webhook-image/target/image.tar
own_label=usher.io/samples

step() { echo "== $*"; }
fail() { echo "deploy: $*" >&2; exit 1; }
need() { command -v "$1" > /dev/null || fail "$1 is missing: $2"; }

# What differs between clusters: how kubectl gets there, how one is made, how an image comes in.
case $CLUSTER in
kind)
	need kind "install it, or take CLUSTER=node or CLUSTER=current"
	need kubectl "install it"
	kubectl=(kubectl --context "kind-$KIND_CLUSTER")
	exists() { kind get clusters 2> /dev/null | grep -qx "$KIND_CLUSTER"; }
	create() { kind create cluster --name "$KIND_CLUSTER"; }
	load() { kind load image-archive "$archive" --name "$KIND_CLUSTER"; }
	;;
node)
	kubectl=(tools/kube/node/in.sh kubectl)
	exists() { tools/kube/node/in.sh true 2> /dev/null; }
	create() { tools/kube/node/start.sh; }
	load() { tools/kube/node/in.sh ctr -n k8s.io images import "$archive" > /dev/null; }
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
case $OVERLAY in
secret | kind | cert-manager | self-managed) ;;
*) fail "OVERLAY=$OVERLAY: it must be secret, kind, cert-manager or self-managed" ;;
esac
IMAGE=${IMAGE:-localhost/$NAME:0.1.0}
k() { "${kubectl[@]}" "$@"; }
apply() { k apply --server-side --force-conflicts --field-manager=usher-deploy "$@"; }
usher() { java -jar webhook-cli/target/usher.jar "$@"; }

secret_value() { k get secret "$NAME-tls" -n "$NAMESPACE" -o "go-template={{index .data \"$1\"}}" | base64 -d; }

# The certificate that the cluster has is kept: another one is of another CA, which the API server would have to
# learn of in the same moment as the server.
certificate() {
	local secret=$manifests/overlays/secret/certificate
	if k get secret "$NAME-tls" -n "$NAMESPACE" > /dev/null 2>&1; then
		for file in ca.crt tls.crt tls.key; do secret_value "$file" > "$secret/$file"; done
		! command -v openssl > /dev/null || openssl x509 -in "$secret/tls.crt" -noout -checkend 604800 > /dev/null ||
			echo "the certificate ends within a week: make undeploy, then make deploy, makes another"
	else
		usher certs --dns "$NAME.$NAMESPACE.svc,$NAME.$NAMESPACE.svc.cluster.local" --out "$secret"
	fi
}

# An entry that the new server doesn't serve any more must go before the old server does.
retire() {
	local kind=$1 file=$manifests/register/$2.yaml live names i
	live=$(k get "$kind" "$NAME" -o 'jsonpath={.webhooks[*].name}' 2> /dev/null) || return 0
	if [ ! -e "$file" ]; then
		k delete "$kind" "$NAME"
		return
	fi
	read -ra names <<< "$live"
	for ((i = ${#names[@]} - 1; i >= 0; i--)); do
		grep -qx -- "- name: ${names[i]}" "$file" || k patch "$kind" "$NAME" --type=json \
			-p "[{\"op\":\"test\",\"path\":\"/webhooks/$i/name\",\"value\":\"${names[i]}\"},{\"op\":\"remove\",\"path\":\"/webhooks/$i\"}]"
	done
}

# The CA is written into the configurations at once, also where cert-manager would inject it a little later: until
# then every call would fail.
register() {
	secret_value ca.crt > "$manifests/overlays/self-managed/register/ca.crt"
	mkdir -p "$work/register"
	cat > "$work/register/kustomization.yaml" <<-END
		apiVersion: kustomize.config.k8s.io/v1beta1
		kind: Kustomization
		resources:
		- ../manifests/overlays/self-managed/register
	END
	if [ "$OVERLAY" = cert-manager ]; then
		printf 'commonAnnotations:\n  cert-manager.io/inject-ca-from: %s/%s-tls\n' "$NAMESPACE" "$NAME" \
			>> "$work/register/kustomization.yaml"
	fi
	apply -k "$work/register"
}

# A namespace that is there already is not ours to remove.
sample_namespaces() {
	local namespace
	for namespace in $(sed -n 's/^  namespace: //p' "$SAMPLES"/*.yaml | sort -u); do
		k get namespace "$namespace" > /dev/null 2>&1 ||
			k create -f - <<< "{apiVersion: v1, kind: Namespace, metadata: {name: $namespace, labels: {$own_label: $NAME}}}"
	done
}

samples() {
	local file wrong=0
	sample_namespaces
	for file in "$SAMPLES"/*.yaml; do
		echo "-- $file"
		if grep -q 'usher.io/subresource:' "$file"; then
			echo "not applied: it is a request that kubectl debug makes"
		elif k apply -f "$file"; then
			! grep -q 'usher.io/expect: denied' "$file" || wrong=1
		else
			grep -q 'usher.io/expect: denied' "$file" || wrong=1
		fi
	done
	k get pods,deployments -A -l app.kubernetes.io/managed-by=platform -L example.com/team,example.com/cost-centre
	[ $wrong = 0 ] || fail "a sample was not decided as its usher.io/expect says"
}

up() {
	if [ "${BUILD:-yes}" != no ]; then
		step "building the image $IMAGE"
		IMAGE=$IMAGE tools/deploy/image.sh
	fi
	step "the cluster: $CLUSTER"
	exists || create
	[ "$OVERLAY" != cert-manager ] || k get crd certificates.cert-manager.io > /dev/null 2>&1 ||
		fail "the cluster has no cert-manager: install it, or take OVERLAY=self-managed"
	step "loading the image"
	load
	step "writing the manifests: $manifests"
	rm -rf "$work"
	mkdir -p "$work"
	usher manifests --rules "$RULES" --name "$NAME" --namespace "$NAMESPACE" --image "$IMAGE" --out "$manifests"
	case $OVERLAY in secret | kind) certificate ;; esac
	step "applying the server: overlay $OVERLAY"
	retire mutatingwebhookconfiguration mutatingwebhookconfiguration
	retire validatingwebhookconfiguration validatingwebhookconfiguration
	# Another image of the same name gives other Pods.
	cat > "$work/kustomization.yaml" <<-END
		apiVersion: kustomize.config.k8s.io/v1beta1
		kind: Kustomization
		resources:
		- manifests/overlays/$OVERLAY
		patches:
		- target:
		    kind: Deployment
		  patch: |
		    apiVersion: apps/v1
		    kind: Deployment
		    metadata:
		      name: each
		    spec:
		      template:
		        metadata:
		          annotations:
		            usher.io/image-digest: $(cat webhook-image/target/jib-image.digest)
	END
	apply -k "$work"
	step "waiting until it is ready"
	# A new Deployment has one replica until the autoscaler has looked at it.
	[ "$OVERLAY" = kind ] || k wait hpa "$NAME" -n "$NAMESPACE" --for=condition=AbleToScale --timeout=60s
	[ "$OVERLAY" != self-managed ] || k rollout status deployment "$NAME-authority" -n "$NAMESPACE" --timeout=180s
	k rollout status deployment "$NAME" -n "$NAMESPACE" --timeout=180s
	step "registering it"
	register
	step "applying the samples"
	samples
}

down() {
	exists || fail "there is no cluster: $CLUSTER"
	step "removing the registration: from now on nothing waits for the webhook"
	k delete mutatingwebhookconfiguration,validatingwebhookconfiguration "$NAME" --ignore-not-found
	step "removing the samples"
	k delete -f "$SAMPLES" --ignore-not-found --wait=false
	k delete namespace -l "$own_label=$NAME" --ignore-not-found
	step "removing the server"
	k delete namespace "$NAMESPACE" --ignore-not-found
	k delete clusterrole,clusterrolebinding "$NAME-authority" --ignore-not-found
}

case ${1-} in
up | down) "$1" ;;
*) fail "usage: deploy.sh up|down" ;;
esac
