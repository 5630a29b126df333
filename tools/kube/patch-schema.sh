#!/bin/sh
# patch-schema.sh generate|check: the table of fields with patch metadata, from the OpenAPI v3 documents that the pinned
# kube-apiserver serves. Builds webhook-patch's generator and its libraries where they are not built.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
table=webhook-patch/src/main/resources/io/usher/patch/built-in-kinds.tsv
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$here/tables.py" save "$tmp"
[ -e webhook-cli/target/usher.jar ] && [ -e webhook-patch/target/test-classes/io/usher/patch/BuiltInKindsGenerator.class ] ||
	mvn -q -B -ntp -DskipTests -pl webhook-cli -am package
java -cp webhook-patch/target/test-classes:webhook-cli/target/usher.jar \
	io.usher.patch.BuiltInKindsGenerator "$tmp/v3" "$tmp/served.tsv"
case ${1-} in
generate) cp "$tmp/served.tsv" "$table" && echo "$table: $(wc -l < "$table") lines" ;;
check) diff -u --label "$table" --label "as served" "$table" "$tmp/served.tsv" && echo "$table: as served" ;;
*) echo "usage: patch-schema.sh generate|check" >&2 && exit 2 ;;
esac
