#!/bin/sh
# Runs every test that needs no more than a JVM, shows a line a module, and sums up.
# A test that fails is run once more: the summary names it FLAKY when it passes then. Further arguments go to Maven. The
# whole output is in target/test.log.
set -u

log=target/test.log
mkdir -p target
find . -path '*/target/surefire-reports' -prune -exec rm -rf {} +

# A failed test must not keep the later modules from being tested: the summary decides.
{
  mvn -B -ntp -Dstyle.color=never -Dmaven.test.failure.ignore=true -Dsurefire.rerunFailingTestsCount=1 "$@" test 2>&1
  echo $? >target/test.rc
} | tee "$log" | awk '/^\[INFO\] Building Usher ::/ { sub(/.*:: /, ""); print "  testing " $0; fflush() }'

# A test process that died leaves no report and Maven was told to go on, so its errors count too.
summary=$(tools/test-summary.sh 2>&1)
passed=$?
built=$(cat target/test.rc)
if ! echo "$summary" | grep -q '^FAILED'; then
  # But for what is said of a test that passed when it was run again.
  errors=$(grep '^\[ERROR\]' "$log" | grep -vE '^\[ERROR\] (Tests run:|io\.usher\.|  Run [0-9]+:)' | head -40)
  if [ "$built" -ne 0 ] || [ -n "$errors" ]; then
    echo "$errors"
    echo "no test failed, but the build did (exit code $built)"
    passed=1
  fi
fi
[ $passed -eq 0 ] || echo "all of the output is in $log"
echo "$summary"
exit $passed
