#!/bin/bash
# Three replicas on a node under reviews of every operation, for so many minutes: a rolling restart every two minutes, a
# new certificate every minute, a Pod deleted or killed at random, a rule that hangs at times. soak.py judges.
# A node is started, and stopped at the end, if there is none; where there can be none, all of it is skipped.
#
# usage: soak.sh MINUTES
set -euo pipefail
cd "$(dirname "$0")/../.."
export CLUSTER=node OVERLAY=self-managed
in=tools/kube/node/in.sh
work=$PWD/target/soak
rm -rf "$work"
mkdir -p "$work/rules" "$work/logs"
stop=true
trap '$stop' EXIT
if ! $in true 2> /dev/null; then
	code=0
	tools/kube/node/start.sh || code=$?
	[ $code != 3 ] || { echo "0 passed, 0 failed, 1 skipped"; exit 0; }
	[ $code = 0 ] || exit 1
	stop=tools/kube/node/stop.sh
fi
echo "building the rules and the image, deploying three replicas"
mvn -q -B -ntp -Dstyle.color=never -DskipTests -pl webhook-e2e,webhook-sample-labeler -am package
cp webhook-sample-labeler/target/webhook-sample-labeler-*.jar "$work/rules"
jar --create --file "$work/rules/soak.jar" -C webhook-e2e/target/classes io/usher/e2e/rules/Soak.class
export RULES=$work/rules
! tools/deploy/deploy.sh down > /dev/null 2>&1 || true
tools/deploy/deploy.sh up > "$work/deploy.log" 2>&1 || { tail -n 20 "$work/deploy.log"; exit 1; }
k() { $in kubectl -n labeler-system "$@"; }
k patch hpa labeler --type=merge -p '{"spec":{"minReplicas":3,"maxReplicas":3}}' > /dev/null
# Renewed when a third of the life is left: once a minute.
k patch deployment labeler-authority --type=json -p '[
	{"op":"add","path":"/spec/template/spec/containers/0/args/-","value":"--leaf-life=90s"},
	{"op":"add","path":"/spec/template/spec/containers/0/args/-","value":"--interval=10s"}]' > /dev/null
k rollout status deployment labeler-authority --timeout=180s > /dev/null
# The one that the deploy brought lasts for months: only the next has the short life.
k delete secret labeler-tls > /dev/null
k wait deployment labeler --for=jsonpath='{.status.readyReplicas}'=3 --timeout=180s > /dev/null
code=0
tools/deploy/soak.py "$1" "$work" $in kubectl || code=$?
tools/deploy/deploy.sh down > /dev/null
exit $code
