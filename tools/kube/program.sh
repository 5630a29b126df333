#!/bin/sh
# Build a program of this folder in Go, once for its sources and pins, into USHER_KUBE_HOME; print its path.
#
# usage: program.sh informer|kubelet|cel
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home=${USHER_KUBE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/usher-kube}
limit=600
name=$1
version=$(cat "$here/go.mod" "$here/$name/main.go" | sha256sum | cut -c 1-16)
out=$home/$name/$version/$name
if [ ! -x "$out" ]; then
	command -v go > /dev/null || { echo "$name: not built yet, and Go is missing" >&2; exit 1; }
	echo "$name: building, once, into $out (a minute on two cores)" >&2
	mkdir -p "$(dirname "$out")"
	cd "$here"
	timeout "$limit" go build -mod=readonly -o "$out.new" -ldflags "-s -w" "./$name" ||
		{ echo "$name: go build failed, or took more than $limit s" >&2; exit 1; }
	mv "$out.new" "$out"
fi
echo "$out"
