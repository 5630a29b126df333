#!/bin/bash
# Put the sample API server into a cluster, behind its kube-apiserver, or take it out again: deploy.sh calls this.
#
# usage: apiserver.sh up|down
#
# CLUSTER  as for deploy.sh
# OVERLAY  secret (default: a CA and certificate of `usher certs`) or cert-manager
# STORAGE  etcd (default): two replicas, and one etcd to try it out; or file: one replica with a volume, which is down
#          while it is replaced
# IMAGE    what the image is called; on `current` one that the cluster can pull, and ETCD_IMAGE another one, with /etcd
# BUILD    no to take the images that are built
set -euo pipefail
cd "$(dirname "$0")/../.."
OVERLAY=${OVERLAY:-secret}
STORAGE=${STORAGE:-etcd}
NAME=theatre
NAMESPACE=theatre-system
versions=(v1.theatre.example.com v1beta1.theatre.example.com)
sample=webhook-sample-apiserver
files=$sample/src/main/kubernetes
work=target/deploy-apiserver
volume=/var/lib/kubelet/$NAME
. tools/deploy/cluster.sh
case $OVERLAY in
secret | cert-manager) ;;
*) fail "OVERLAY=$OVERLAY: it must be secret or cert-manager" ;;
esac
case $STORAGE in
etcd) folder=server-etcd ;;
file) folder=server ;;
*) fail "STORAGE=$STORAGE: it must be etcd or file" ;;
esac
[ "$CLUSTER$STORAGE" != currentetcd ] || [ -n "${ETCD_IMAGE-}" ] || [ "${1-}" != up ] ||
	fail "CLUSTER=current with STORAGE=etcd needs ETCD_IMAGE, one that the cluster can pull and that has /etcd"
IMAGE=${IMAGE:-localhost/$NAME:0.1.0}

# kustomization FOLDER RESOURCE...: the rest of the file comes from standard input
kustomization() {
	local folder=$work/$1 resource
	shift
	mkdir -p "$folder"
	{
		printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n'
		for resource in "$@"; do echo "- $resource"; done
		cat
	} > "$folder/kustomization.yaml"
}

# The CA of etcd and its client signs nothing else, and its key is thrown away.
etcd_certificates() {
	local out=$work/etcd/certificates name usage
	need openssl "it makes the certificates of etcd and its client"
	for name in etcd-tls theatre-etcd; do mkdir -p "$out/$name"; done
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$out/ca.key" -out "$out/ca.crt" \
		-days 365 -subj "/CN=$NAME etcd CA" -addext "keyUsage=critical,keyCertSign,cRLSign" 2> /dev/null
	for name in etcd-tls:serverAuth theatre-etcd:clientAuth; do
		usage=${name#*:} name=${name%:*}
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -CA "$out/ca.crt" -CAkey "$out/ca.key" \
			-keyout "$out/$name/tls.key" -out "$out/$name/tls.crt" -days 365 -subj "/CN=$name" \
			-addext basicConstraints=CA:FALSE -addext "extendedKeyUsage=$usage" \
			-addext "subjectAltName=DNS:etcd.$NAMESPACE.svc" 2> /dev/null
		cp "$out/ca.crt" "$out/$name/ca.crt"
	done
	rm "$out/ca.key"
}

etcd_image() {
	local etcd library pairs=()
	etcd=$(tools/kube/assets.sh)/etcd
	for library in $(ldd "$etcd" | grep -o '/[^ ]*'); do pairs+=("$(realpath "$library")=$library"); done
	mkdir -p "$work"
	tools/kube/node/mkimage.py "$work/etcd.tar" localhost/etcd:0.1.0 /etcd "$etcd=/etcd" "${pairs[@]}"
	load "$work/etcd.tar"
}

# The certificates that the cluster has are kept: both sides would have to change in the same moment.
etcd() {
	[ -n "${ETCD_IMAGE-}" ] || etcd_image
	k create namespace "$NAMESPACE" --dry-run=client -o yaml | apply -f -
	if ! k get secret etcd-tls "$NAME-etcd" -n "$NAMESPACE" > /dev/null 2>&1; then
		etcd_certificates
		kustomization etcd/certificates <<-END
			generatorOptions:
			  disableNameSuffixHash: true
			namespace: $NAMESPACE
			secretGenerator:
			- name: etcd-tls
			  files: [etcd-tls/ca.crt, etcd-tls/tls.crt, etcd-tls/tls.key]
			- name: $NAME-etcd
			  files: [$NAME-etcd/ca.crt, $NAME-etcd/tls.crt, $NAME-etcd/tls.key]
		END
		apply -k "$work/etcd/certificates"
	fi
	kustomization etcd "../../../$files/etcd" <<-END
		patches:
		- target:
		    kind: Deployment
		  patch: |
		    - op: replace
		      path: /spec/template/spec/containers/0/image
		      value: ${ETCD_IMAGE:-localhost/etcd:0.1.0}
	END
	apply -k "$work/etcd"
	k rollout status deployment etcd -n "$NAMESPACE" --timeout=120s
}

# The node has no provisioner of volumes.
volume() {
	tools/kube/node/in.sh mkdir -p "$volume"
	apply -f - <<-END
		apiVersion: v1
		kind: PersistentVolume
		metadata:
		  name: $NAME
		spec:
		  accessModes: [ReadWriteOnce]
		  capacity: {storage: 1Gi}
		  claimRef: {name: $NAME, namespace: $NAMESPACE}
		  local: {path: $volume}
		  nodeAffinity:
		    required:
		      nodeSelectorTerms:
		      - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node]}]
	END
}

# What the overlay changes of the generated manifests: another image of the same name gives other Pods.
server() {
	kustomization server "../../../$files/$folder" <<-END
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
		            usher.io/image-digest: $(cat $sample/target/jib-image.digest)
		        spec:
		          containers:
		          - name: apiserver
		            image: $IMAGE
	END
	if [ "$CLUSTER$STORAGE" = nodeetcd ]; then
		# It has no DNS either.
		cat >> "$work/server/kustomization.yaml" <<-END
			          hostAliases:
			          - ip: $(k get service etcd -n "$NAMESPACE" -o 'jsonpath={.spec.clusterIP}')
			            hostnames: [etcd.$NAMESPACE.svc]
		END
	fi
	if [ "$OVERLAY" = secret ]; then
		certificate "$work/server/certificate"
		for kind in Issuer Certificate; do
			cat >> "$work/server/kustomization.yaml" <<-END
				- target:
				    kind: $kind
				  patch: |
				    \$patch: delete
				    apiVersion: cert-manager.io/v1
				    kind: $kind
				    metadata:
				      name: each
			END
		done
		cat >> "$work/server/kustomization.yaml" <<-END
			generatorOptions:
			  disableNameSuffixHash: true
			secretGenerator:
			- name: $NAME-tls
			  namespace: $NAMESPACE
			  type: kubernetes.io/tls
			  files: [certificate/ca.crt, certificate/tls.crt, certificate/tls.key]
		END
	fi
	apply -k "$work/server"
	k rollout status deployment "$NAME" -n "$NAMESPACE" --timeout=180s
}

# The CA is written into the APIServices at once, also where cert-manager would inject it a little later.
register() {
	kustomization register "../../../$files/register" <<-END
		patches:
		- target:
		    kind: APIService
		  patch: |
		    - op: add
		      path: /spec/caBundle
		      value: $(secret_value ca.crt | base64 -w0)
	END
	if [ "$OVERLAY" = secret ]; then
		cat >> "$work/register/kustomization.yaml" <<-END
			    - op: remove
			      path: /metadata/annotations
		END
	fi
	apply -k "$work/register"
	k wait --for=condition=Available --timeout=60s apiservice "${versions[@]}"
}

# Discovery follows a moment after the APIServices are available.
samples() {
	local i applied
	for i in $(seq 60); do
		! applied=$(apply -f "$files/samples" 2>&1) || break
		sleep 0.5
	done
	echo "$applied"
	k get show/hamlet ticket/first -n default
}

up() {
	if [ "${BUILD:-yes}" != no ]; then
		step "building the image $IMAGE"
		IMAGE=$IMAGE SAMPLE=apiserver tools/deploy/image.sh
	fi
	step "the cluster: $CLUSTER"
	exists || create
	need_cert_manager secret
	step "loading the image"
	load $sample/target/image.tar
	rm -rf "$work"
	if [ "$STORAGE" = etcd ]; then
		step "applying etcd"
		etcd
	elif [ "$CLUSTER" = node ]; then
		step "applying a volume"
		volume
	fi
	step "applying the server, and waiting until it is ready: overlay $OVERLAY, $files/$folder"
	server
	step "applying its share of kube-apiserver"
	apply -k "$files/flow-control"
	step "registering it"
	register
	step "applying the samples"
	samples
}

down() {
	exists || fail "there is no cluster: $CLUSTER"
	step "removing the registration: from now on nothing waits for the server"
	k delete apiservice "${versions[@]}" --ignore-not-found
	step "removing the server, and what it keeps"
	k delete namespace "$NAMESPACE" --ignore-not-found
	k delete rolebinding "$NAME-auth-reader" -n kube-system --ignore-not-found
	k delete clusterrolebinding "$NAME" "$NAME-auth-delegator" --ignore-not-found
	k delete clusterrole "$NAME" --ignore-not-found
	k delete flowschema "$NAME" --ignore-not-found
	k delete prioritylevelconfiguration "$NAME" --ignore-not-found
	[ "$CLUSTER" != node ] || {
		k delete persistentvolume "$NAME" --ignore-not-found
		tools/kube/node/in.sh rm -rf "$volume"
	}
}

case ${1-} in
up | down) "$1" ;;
*) fail "usage: apiserver.sh up|down" ;;
esac
