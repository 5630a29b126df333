#!/bin/bash
# From the README's rules to a running node by the four commands of docs/deploying.md, as they stand there. plugin-check runs
# the first one, with a file in place of a registry. The node has cert-manager's custom resources, but not cert-manager: this
# does its part, the certificate in its Secret and the CA in the configurations.
set -euo pipefail
cd "$(dirname "$0")/../.."
top=$PWD
in=$top/tools/kube/node/in.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kubectl() { "$in" kubectl "$@"; }
usher() { java -jar "$top/webhook-cli/target/usher.jar" "$@"; }
fail() { echo "own-rules-check: $*" >&2; exit 1; }

crds=()
for file in $(tools/kube/crds.sh | grep cert-manager); do crds+=(-f "$file"); done

# The commands: what stands behind a # is for the reader.
awk '/^With the Maven plugin/ { on = 1 } inside && /^```/ { exit } inside { sub(/ +#.*/, ""); print } on && /^```sh/ { inside = 1 }' \
	docs/deploying.md > "$work/commands"
mapfile -t commands < "$work/commands"
[ ${#commands[@]} = 4 ] || fail "docs/deploying.md has ${#commands[@]} commands, not four"
[ "${commands[0]}" = "mvn package usher:image -Dusher.push" ] || fail "the first command is ${commands[0]}"

tools/plugin-check.sh
cd target/plugin-check/project
"$in" ctr -n k8s.io images import target/image.tar > /dev/null
kubectl apply --server-side "${crds[@]}" > /dev/null
kubectl wait --for=condition=Established "${crds[@]}" > /dev/null
end() {
	kubectl delete mutatingwebhookconfiguration,validatingwebhookconfiguration gate --ignore-not-found
	kubectl delete namespace gate-system shop --ignore-not-found
	kubectl delete "${crds[@]}" --ignore-not-found
} > /dev/null
trap 'end; rm -rf "$work"' EXIT

run() { echo "\$ $1"; eval "$1"; }
run "${commands[1]}"
usher certs --dns gate.gate-system.svc --out "$work"
kubectl create secret generic gate-tls -n gate-system \
	--from-file="$work/ca.crt" --from-file="$work/tls.crt" --from-file="$work/tls.key"
run "${commands[2]} --timeout=180s"
run "${commands[3]}"
for kind in mutatingwebhookconfiguration validatingwebhookconfiguration; do
	from=$(kubectl get $kind gate -o 'jsonpath={.metadata.annotations.cert-manager\.io/inject-ca-from}')
	[ "$from" = gate-system/gate-tls ] || fail "$kind gate asks for the CA of \"$from\""
	kubectl patch $kind gate --type=json \
		-p "[{\"op\":\"add\",\"path\":\"/webhooks/0/clientConfig/caBundle\",\"value\":\"$(base64 -w0 "$work/ca.crt")\"}]"
done

kubectl create namespace shop
# The API server hears of a new configuration a moment later.
for _ in $(seq 30); do
	team=$(kubectl run web --image=localhost/a:1 -n shop --dry-run=server -o 'jsonpath={.metadata.labels.team}')
	[ "$team" != shop ] || break
	sleep 1
done
[ "$team" = shop ] || fail "the mutating rule gave the Pod the team \"$team\""
kubectl create deployment web --image=localhost/a:1 -n shop 2> "$work/denied" && fail "the validating rule denied nothing"
grep -q 'a Deployment names its owner' "$work/denied" || { cat "$work/denied"; fail "the denial says something else"; }
kubectl run web --image=localhost/a:1 -n shop
[ "$(kubectl get pod web -n shop -o 'jsonpath={.metadata.labels.team}')" = shop ] || fail "the Pod has no team"
echo "own rules are in the cluster: a create is admitted, and one is denied"
