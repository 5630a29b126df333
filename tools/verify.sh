#!/bin/sh
# Checks the format, compiles everything anew without a warning, has NullAway check the null-marked packages, and runs the
# tests that hold the architecture, the public types and the generated files. The whole output is in target/verify.log.
set -u

log=target/verify.log
mkdir -p target
find . -path '*/target/*' -prune \( -name classes -o -name test-classes \) -exec rm -rf {} +
find . -path '*/target/nullness' -prune -exec rm -rf {} +

holding="ArchitectureTest,PublicTypesTest,SampleManifestsTest"

fail() {
  # Maven says that there were warnings, but not which, unless it is asked for all it has to say.
  grep -E '^\[(WARNING|ERROR)\]' "$log" | grep -vE 'Help 1|^\[ERROR\] *$|re-run Maven' | head -40
  echo "all of the output is in $log"
  exit 1
}

# The BOM has no parent, so that nothing else is pinned by it, and knows no plugin either.
mvn -B -ntp -Dstyle.color=never -pl '!webhook-bom' spotless:check test \
  -Dmaven.compiler.failOnWarning=true -Dsurefire.failIfNoSpecifiedTests=false \
  -Dtest="$holding" >"$log" 2>&1 || fail
# A test that was renamed would be missed in silence.
for test in $(echo "$holding" | tr , ' '); do
  grep -q "Running .*\.$test\$" "$log" || { echo "$test did not run: $log" && exit 1; }
done
mvn -B -ntp -Dstyle.color=never -Pnullness -pl '!webhook-bom,!webhook-image' compile >"$log" 2>&1 || fail
echo "verified"
