#!/bin/sh
# Build the image twice, each time from nothing but the sources, and compare every layer but that of the class data, which
# JDK 17 never makes the same twice, and the image's own digest, which has that in it.
set -eu
cd "$(dirname "$0")/../.."
first=$(mktemp) second=$(mktemp)
trap 'rm -f "$first" "$second"' EXIT
build() {
	rm -rf webhook-image/target webhook-cli/target/*.jar webhook-sample-labeler/target/*.jar
	tools/deploy/image.sh | grep -E '^(image|layer) '
}
same() { grep '^layer ' "$1" | sed 's/^layer sha256:.*\(opt\/java\/lib\/server\/classes.jsa\)/layer of \1/'; }
build > "$first"
cat "$first"
grep -q classes.jsa "$first" || { echo "there is no class data" >&2; exit 1; }
build > "$second"
[ "$(same "$first")" = "$(same "$second")" ] || { echo "the second build differs:" >&2; cat "$second" >&2; exit 1; }
echo "both builds give the same layers"
