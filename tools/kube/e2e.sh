#!/bin/sh
# Run what needs Kubernetes' programs: the committed tables and the patches of webhook-patch's property test against
# what the API server serves and applies, then webhook-e2e. The last line is "N passed, N failed, N skipped".
#
# usage: e2e.sh [TEST...]   (test classes of webhook-e2e alone; all of it, and the checks before it, by default)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
assets=$("$here/assets.sh" kube-controller-manager)
informer= kubelet=
if command -v go > /dev/null; then informer=$("$here/program.sh" informer) kubelet=$("$here/program.sh" kubelet); fi
mkdir -p target
log=target/e2e.log
# The node of NodeIT and AggregatedNodeIT: a place of its own, where it is stopped whatever comes.
export STATE="$PWD/target/e2e-node"
"$here/node/stop.sh"
trap '"$here/node/stop.sh"' EXIT
trap 'exit 130' INT TERM
: > "$log"
passed=0 failed=0 skipped=0

# check WHAT COMMAND...: one test that is no JUnit test
check() {
	what=$1
	shift
	if "$@" >> "$log" 2>&1; then
		echo "  $what: passed"
		passed=$((passed + 1))
	else
		echo "  $what: FAILED"
		tail -n 20 "$log"
		failed=$((failed + 1))
	fi
}
maven() { mvn -q -B -ntp -Dstyle.color=never -Dsurefire.failIfNoSpecifiedTests=false "$@"; }

if [ $# -eq 0 ]; then
	echo "what webhook-core, webhook-patch and webhook-apiserver hold of Kubernetes"
	check "built-in kinds are as served" "$here/tables.py" check
	check "patch schema is as served" "$here/patch-schema.sh" check
	check "answers to objects of built-in kinds are as given" "$here/cases.py" check
	check "nodes share no mount point on the machine" "$here/node/mounts-check.sh"
	if command -v go > /dev/null; then
		check "resources, types and schemas of built-in kinds are as served" "$here/schemas.py" check
		check "expressions in CEL are answered and cost as in Kubernetes" "$here/cel.sh" check
		check "applier of JSON Patches compares" sh -c 'cd "$1" && go test ./jsonpatch' sh "$here"
		pairs=$(mktemp)
		check "random pairs are made" maven -pl webhook-patch -am test -Dtest=JsonPatchPropertyTest -Dusher.patch.pairs.file="$pairs"
		check "the API server's applier makes of each pair's patch what ours does" \
			sh -c 'cd "$1" && test -s "$2" && go run ./jsonpatch "$2"' sh "$here" "$pairs"
		rm -f "$pairs"
	else
		echo "  the types of built-in kinds, expressions in CEL, the API server's applier of JSON Patches: skipped, as Go is missing"
		skipped=3
	fi
fi

# node_image IMAGE SAMPLE IT...: what these tests put onto the node
node_image() {
	image=$1 sample=$2
	shift 2
	for it; do
		case " $tests " in
		"  " | *" $it "*)
			! "$here/node/check.sh" > /dev/null 2>&1 ||
				check "image $image for the node is built" env IMAGE="$image" SAMPLE="$sample" tools/deploy/image.sh
			return
			;;
		esac
	done
}
tests=$*
node_image localhost/labeler:0.1.0 labeler NodeIT StaticPodIT
node_image localhost/theatre:0.1.0 apiserver AggregatedNodeIT

echo "building the server and the rules, then testing on Kubernetes (minutes; $log)"
rm -rf webhook-e2e/target/surefire-reports
tests=$(echo "$*" | tr ' ' ,)
maven -pl webhook-e2e -am verify -De2e.skip=false -De2e.assets="$assets" -De2e.informer="$informer" -De2e.kubelet="$kubelet" \
	-Dtest="${tests:-io.usher.e2e.*IT}" -Dsurefire.rerunFailingTestsCount=1 >> "$log" 2>&1 || true
[ -d webhook-e2e/target/surefire-reports ] || tail -n 40 "$log"
python3 - webhook-e2e/target/surefire-reports <<-'END'
	import glob, sys, xml.etree.ElementTree
	for report in sorted(glob.glob(sys.argv[1] + "/TEST-*.xml")):
	    suite = xml.etree.ElementTree.parse(report).getroot()
	    print(suite.get("name").rpartition(".")[2])
	    for case in suite.iter("testcase"):
	        bad = [e for e in case if e.tag in ("failure", "error", "skipped")]
	        outcome = bad[0].tag.upper() + ": " + (bad[0].get("message") or "").strip().split("\n")[0] if bad else "passed"
	        print(f"  {case.get('name')}: {outcome}")
	END
grep -oE 'node: (.*\{"created"|the API server was away).*' "$log" | sed 's/^/on the /'
summary=$(cd webhook-e2e && ../tools/test-summary.sh) || true
echo "$summary" | sed '$d'
echo "$summary" | tail -n 1 | {
	read -r p _ f _ s _
	echo "$((p + passed)) passed, $((f + failed)) failed, $((s + skipped)) skipped"
	[ $((f + failed)) -eq 0 ] && [ "$p" -gt 0 ]
}
