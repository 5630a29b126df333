#!/bin/sh
# Find or build kube-apiserver, etcd and kubectl; print the folder that holds them, in the layout of KUBEBUILDER_ASSETS.
#
# Taken from KUBEBUILDER_ASSETS when that is set; else built with Go from the versions that go.mod pins, once, into
# USHER_KUBE_HOME (default ~/.cache/usher-kube) by version. The folder's path is
# <home>/k8s/<version>-<os>-<arch>, as fabric8's kube-api-test looks for it. Progress goes to standard error.
#
# usage: assets.sh [TOOL...]   (more of go.mod's tools, by the last element of their path: kubelet, ...)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home=${USHER_KUBE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/usher-kube}
say() { echo "kube: $*" >&2; }
platform=$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')

if [ -n "${KUBEBUILDER_ASSETS-}" ]; then
	for tool in kube-apiserver etcd kubectl "$@"; do
		[ -x "$KUBEBUILDER_ASSETS/$tool" ] || {
			say "KUBEBUILDER_ASSETS is $KUBEBUILDER_ASSETS, but it holds no program $tool"
			exit 1
		}
	done
	given=$(cd "$KUBEBUILDER_ASSETS" && pwd)
	version=$("$given/kube-apiserver" --version | sed 's/.* v//')
	# links in a home of their own: what was built here is never mixed with what was given
	out=$home/given/k8s/$version-$platform
	rm -rf "$home/given"
	mkdir -p "$out"
	for tool in kube-apiserver etcd kubectl "$@"; do ln -s "$given/$tool" "$out/$tool"; done
	say "Kubernetes $version from KUBEBUILDER_ASSETS"
	echo "$out"
	exit
fi

version=$(sed -n 's|^[[:space:]]*k8s.io/kubernetes v\([^ ]*\).*|\1|p' "$here/go.mod")
etcd=$(sed -n 's|^[[:space:]]*go.etcd.io/etcd/server/v3 v\([^ ]*\).*|\1|p' "$here/go.mod")
out=$home/k8s/$version-$platform
missing=
for tool in etcd kubectl kube-apiserver "$@"; do
	# a program's stamp names the pins that it was built from
	[ -x "$out/$tool" ] && [ "$(cat "$out/.$tool" 2> /dev/null)" = "$version $etcd" ] || missing="$missing $tool"
done
if [ -n "$missing" ] && ! command -v go > /dev/null; then
	say "these are not built yet:$missing. Either install Go ($(sed -n 's/^go //p' "$here/go.mod") or newer), or set KUBEBUILDER_ASSETS to a folder with kube-apiserver, etcd and kubectl (setup-envtest use -p path prints one)."
	exit 1
fi
mkdir -p "$out"
package=k8s.io/component-base/version
minor=${version#1.}
# without the version flags the server calls itself v0.0.0
flags="-s -w -X $package.gitVersion=v$version -X $package.gitMajor=1 -X $package.gitMinor=${minor%%.*}"
[ -z "$missing" ] || say "building once, with Go, into $out:$missing (some 2 minutes a program on two cores, kube-apiserver 5)"
started=$(date +%s)
for tool in $missing; do
	case $tool in
	etcd) path=go.etcd.io/etcd/server/v3 ;;
	*) path=k8s.io/kubernetes/cmd/$tool ;;
	esac
	say "building $tool"
	(cd "$here" && go build -mod=readonly -o "$out/$tool.new" -ldflags "$flags" "$path") & build=$!
	while kill -0 $build 2> /dev/null; do
		sleep 1
		waited=$(($(date +%s) - started))
		[ $((waited % 20)) -ne 0 ] || say "building $tool: ${waited} s so far"
	done
	wait $build
	mv "$out/$tool.new" "$out/$tool"
	echo "$version $etcd" > "$out/.$tool"
	say "built $tool"
done
echo "$out"
