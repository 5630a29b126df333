#!/bin/bash
# Put a sample into a cluster, or take it out again.
#
# usage: deploy.sh up|down
#
# SAMPLE   labeler (default), the webhook; or apiserver, of which apiserver.sh says what it takes
# CLUSTER  kind (default), node (the one of tools/kube) or current (what kubectl points at)
# OVERLAY  secret (default: a CA and certificate of `usher certs`), kind, cert-manager or self-managed
# IMAGE    what the image is called; on `current` one that the cluster can pull, as nothing is loaded there
# BUILD    no to take the image that webhook-image/target has
# NAME, NAMESPACE  as `usher manifests` takes them (default: labeler, labeler-system)
# RULES    a folder of rule jars (default: the sample's)
set -euo pipefail
[ -z "${RULES-}" ] || RULES=$(realpath "$RULES")
cd "$(dirname "$0")/../.."

case ${SAMPLE:-labeler} in
labeler) ;;
apiserver) exec tools/deploy/apiserver.sh "$@" ;;
*) echo "deploy: SAMPLE=$SAMPLE: it must be labeler or apiserver" >&2; exit 1 ;;
esac
OVERLAY=${OVERLAY:-secret}
NAME=${NAME:-labeler}
NAMESPACE=${NAMESPACE:-$NAME-system}
export RULES=${RULES:-$PWD/webhook-sample-labeler/target}
SAMPLES=webhook-sample-labeler/src/main/kubernetes/samples
work=$PWD/target/deploy
manifests=$work/manifests
own_label=usher.io/samples
. tools/deploy/cluster.sh
case $OVERLAY in
secret | kind | cert-manager | self-managed) ;;
*) fail "OVERLAY=$OVERLAY: it must be secret, kind, cert-manager or self-managed" ;;
esac
IMAGE=${IMAGE:-localhost/$NAME:0.1.0}

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
	need_cert_manager self-managed
	step "loading the image"
	load webhook-image/target/image.tar
	step "writing the manifests: $manifests"
	rm -rf "$work"
	mkdir -p "$work"
	usher manifests --rules "$RULES" --name "$NAME" --namespace "$NAMESPACE" --image "$IMAGE" --out "$manifests"
	case $OVERLAY in secret | kind) certificate "$manifests/overlays/secret/certificate" ;; esac
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
