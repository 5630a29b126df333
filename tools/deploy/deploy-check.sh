#!/bin/bash
# Deploy, deploy again, upgrade, restart, undeploy and install under a steady stream of creates, of which none may fail;
# then let helm do the same. On the node, own rules come at the end, by the commands of the docs.
# CLUSTER as for deploy.sh, which says what it is; the last line is "N passed, N failed, N skipped". A node is started,
# and stopped at the end, if there is none; where there can be none, all of it is skipped.
set -euo pipefail
cd "$(dirname "$0")/../.."
export CLUSTER=${CLUSTER:-node}
case $CLUSTER in
node) run=(tools/kube/node/in.sh) ;;
*) run=(env) ;;
esac
work=$(mktemp -d)
stop=true
trap '$stop; rm -rf "$work"' EXIT
if [ $CLUSTER = node ] && ! "${run[@]}" true 2> /dev/null; then
	code=0
	tools/kube/node/start.sh || code=$?
	[ $code != 3 ] || { echo "0 passed, 0 failed, 1 skipped"; exit 0; }
	[ $code = 0 ] || exit 1
	stop=tools/kube/node/stop.sh
fi
helm=$(tools/kube/helm.sh)
k() { "${run[@]}" kubectl "$@"; }
h() { "${run[@]}" "$helm" "$@"; }
passed=0 failed=0
namespace=stream-test

result() { if [ "$2" = 0 ]; then passed=$((passed + 1)); echo "PASSED $1"; else failed=$((failed + 1)); echo "FAILED $1"; fi; }

# One phase: a command while creates stream in, which go on for 3 s before and after it.
phase() {
	local name=$1 stream ok=0
	shift
	echo "#### $name"
	tools/deploy/stream.py $namespace 500 "${run[@]}" kubectl > "$work/stream" & stream=$!
	sleep 3
	"$@" > "$work/log" 2>&1 || { ok=1; tail -n 20 "$work/log"; }
	sleep 3
	kill $stream
	wait $stream || ok=1
	tail -n 1 "$work/stream"
	result "$name" $ok
}

# What the mutating rule gives a Pod of the team payments.
cost_centre() {
	k run probe --image=localhost/a:1 -n payments-prod --dry-run=server \
		-o 'jsonpath={.metadata.labels.example\.com/cost-centre}'
}

# Pods that are on their way out still answer for some seconds.
becomes() {
	local i
	for i in $(seq 30); do [ "$(cost_centre)" != "$2" ] || break; sleep 1; done
	is "$1" "$(cost_centre)" "$2"
}

is() { local ok=0; [ "$2" = "$3" ] || { echo "$1 is \"$2\", not \"$3\""; ok=1; }; result "$1" $ok; }

echo "#### deploy from scratch"
! tools/deploy/deploy.sh down > /dev/null 2>&1 || true
ok=0
tools/deploy/deploy.sh up || ok=1
result "deploy from scratch" $ok
k create namespace $namespace
becomes "cost centre by the first rules" CC-1200

phase "deploy over itself" env BUILD=no tools/deploy/deploy.sh up

# The same rule, with another export of the finance department in its jar.
mkdir -p "$work/rules/com/example/labeler"
cp webhook-sample-labeler/target/webhook-sample-labeler-*.jar "$work/rules"
echo "payments=CC-7777" > "$work/rules/com/example/labeler/cost-centres.properties"
(cd "$work/rules" && jar --update --file webhook-sample-labeler-*.jar com && rm -r com)
phase "another tag and a changed rule" env IMAGE=localhost/labeler:0.1.1 RULES="$work/rules" tools/deploy/deploy.sh up
becomes "cost centre by the changed rules" CC-7777

restart() {
	k rollout restart deployment labeler -n labeler-system
	k rollout status deployment labeler -n labeler-system --timeout=180s
}
phase "rolling restart" restart
phase "undeploy" tools/deploy/deploy.sh down
is "what is left" "$(k get ns,mutatingwebhookconfiguration,validatingwebhookconfiguration -o name |
	grep -E 'labeler|payments|checkout' || true)" ""
phase "install" env BUILD=no IMAGE=localhost/labeler:0.1.1 RULES="$work/rules" tools/deploy/deploy.sh up
tools/deploy/deploy.sh down > /dev/null

# The charts are those that the last deploy wrote, with the certificate that it made.
chart=$PWD/target/deploy/manifests/charts
secret=$PWD/target/deploy/manifests/overlays/secret/certificate
k create namespace labeler-system
k label namespace labeler-system pod-security.kubernetes.io/enforce=restricted
k create secret tls labeler-tls -n labeler-system --cert="$secret/tls.crt" --key="$secret/tls.key"
helm_up() {
	h upgrade --install labeler "$chart/server" -n labeler-system --set certManager=false --set image="$1" \
		--wait --timeout 180s
	h upgrade --install labeler-registration "$chart/registration" -n labeler-system \
		--set caBundle="$(base64 -w0 "$secret/ca.crt")"
}
helm_down() {
	h uninstall labeler-registration -n labeler-system
	h uninstall labeler -n labeler-system --wait
}
phase "helm installs" helm_up localhost/labeler:0.1.1
k create namespace payments-prod > /dev/null
becomes "cost centre by what helm installed" CC-7777
phase "helm upgrades" helm_up localhost/labeler:0.1.0
becomes "cost centre by what helm upgraded" CC-1200
phase "helm uninstalls" helm_down
k delete namespace labeler-system payments-prod > /dev/null
k delete namespace $namespace > /dev/null
if [ $CLUSTER = node ]; then
	echo "#### own rules, by the four commands of the docs"
	ok=0
	tools/deploy/own-rules-check.sh || ok=1
	result "own rules, by the four commands of the docs" $ok
fi
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
