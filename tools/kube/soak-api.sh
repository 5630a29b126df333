#!/bin/sh
# The sample's API server behind a real kube-apiserver, under 1,000 watches for so many minutes: AggregatedSoak judges
# whether it stays available and its memory flat. Needs no node and no root.
#
# usage: soak-api.sh MINUTES
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
assets=$("$here/assets.sh")
rm -rf webhook-e2e/target/e2e/soak-api
code=0
echo "building, then $1 minutes behind kube-apiserver"
mvn -q -B -ntp -Dstyle.color=never -pl webhook-e2e -am verify -Dsurefire.failIfNoSpecifiedTests=false \
	-De2e.skip=false -De2e.assets="$assets" -Dtest=AggregatedSoak -Dusher.soak.minutes="$1" || code=$?
[ $code = 0 ] && echo "1 passed, 0 failed, 0 skipped" || echo "0 passed, 1 failed, 0 skipped"
exit $code
