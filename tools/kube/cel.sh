#!/bin/sh
# What k8s.io/apiserver makes of the expressions in CEL that webhook-cel's tests evaluate: value or error, and cost.
#
# usage: cel.sh generate   write the committed answers anew
#        cel.sh check      exit 1, with a diff, where a committed answer is not Kubernetes'
set -eu
here=$(cd "$(dirname "$0")" && pwd)
table=$here/../../webhook-cel/src/test/resources/cel
program=$("$here/program.sh" cel)
case ${1:-} in
generate)
	"$program" "$table/inputs.json" "$table/expressions.txt" > "$table/answers.jsonl"
	;;
check)
	"$program" "$table/inputs.json" "$table/expressions.txt" | diff "$table/answers.jsonl" - &&
		echo "webhook-cel/src/test/resources/cel/answers.jsonl: as answered"
	;;
*)
	echo "usage: cel.sh generate|check" >&2
	exit 2
	;;
esac
