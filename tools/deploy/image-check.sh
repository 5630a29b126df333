#!/bin/sh
# Build the image twice, each time from nothing but the sources, and compare every layer.
set -eu
cd "$(dirname "$0")/../.."
first=$(mktemp)
trap 'rm -f "$first"' EXIT
build() {
	rm -rf webhook-image/target webhook-server/target/*.jar webhook-sample-labeler/target/*.jar
	tools/deploy/image.sh | grep -E '^(image|layer) '
}
build > "$first"
cat "$first"
build | diff "$first" - || { echo "the second build differs" >&2; exit 1; }
echo "both builds give the same image"
