#!/bin/sh
# Builds another commit, and measures the start, the memory and the requests of this build's API server against those of the other, in turns.
#   tools/bench-against.sh COMMIT [OPTION...]   options as of make bench-api: --quick, --report FILE
# What was built is kept in target/against/COMMIT. 'make build' and webhook-benchmarks come first.
set -eu

commit=$(git rev-parse --verify --quiet "${1:?which commit to measure against}^{commit}") || {
  echo "$1 is no commit here" >&2
  exit 2
}
shift
other=target/against/$commit
if [ ! -f "$other/webhook-cli/target/usher.jar" ]; then
  echo "building $commit"
  rm -rf "$other"
  mkdir -p "$other"
  git archive "$commit" | tar -x -C "$other"
  (cd "$other" && mvn -q -B -ntp -Dstyle.color=never -DskipTests -pl webhook-cli -am package)
fi
exec java -cp "webhook-benchmarks/target/classes:$(cat webhook-benchmarks/target/classpath)" \
  io.usher.benchmarks.api.ApiBench --against "$other" "$@"
