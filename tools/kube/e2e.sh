#!/bin/sh
# Run what needs Kubernetes' programs: the committed tables against the API server, the Go tools' tests, and webhook-e2e.
# The last line is "N passed, N failed, N skipped".
#
# usage: e2e.sh [TEST...]   (test classes of webhook-e2e, all by default)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
assets=$("$here/assets.sh")
tests=$(echo "$*" | tr ' ' ,)
failed=0

echo "comparing the committed tables with what the API server serves"
"$here/tables.py" check || failed=1
if command -v go > /dev/null; then
	echo "testing the API server's JSON Patch applier"
	(cd "$here" && go test ./jsonpatch) || failed=1
else
	echo "skipped: the API server's JSON Patch applier, as Go is missing"
fi

echo "building the server and the rules, then testing on Kubernetes (a minute or two of silence; target/e2e.log)"
mkdir -p target
rm -rf webhook-e2e/target/surefire-reports
mvn -q -B -ntp -Dstyle.color=never -pl webhook-e2e -am verify -De2e.skip=false -De2e.assets="$assets" \
	-Dtest="${tests:-io.usher.e2e.*IT}" -Dsurefire.failIfNoSpecifiedTests=false > target/e2e.log 2>&1 || failed=1
[ -d webhook-e2e/target/surefire-reports ] || tail -n 40 target/e2e.log
python3 - webhook-e2e/target/surefire-reports <<-'END'
	import glob, sys, xml.etree.ElementTree
	for report in sorted(glob.glob(sys.argv[1] + "/TEST-*.xml")):
	    suite = xml.etree.ElementTree.parse(report).getroot()
	    print(suite.get("name").rpartition(".")[2])
	    for case in suite.iter("testcase"):
	        bad = [e for e in case if e.tag in ("failure", "error", "skipped")]
	        outcome = bad[0].tag.upper() + ": " + (bad[0].get("message") or "").split("\n")[0] if bad else "passed"
	        print(f"  {case.get('name')}: {outcome}")
	END
cd webhook-e2e
../tools/test-summary.sh || failed=1
exit $failed
