#!/bin/sh
# Build Kubernetes' end-to-end suite, and Ginkgo that runs it, at the versions that go.mod pins, once, into USHER_KUBE_HOME;
# print their folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home=${USHER_KUBE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/usher-kube}
version=$(sed -n 's|^[[:space:]]*k8s.io/kubernetes v\([^ ]*\).*|\1|p' "$here/go.mod")
out=$home/suite/$version
if [ ! -x "$out/ginkgo" ]; then
	command -v go > /dev/null || { echo "suite: not built yet, and Go is missing" >&2; exit 1; }
	echo "suite: building $version, once, into $out (some 4 minutes on two cores)" >&2
	mkdir -p "$out"
	cd "$here"
	go test -c -mod=readonly -o "$out/e2e.test" -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=v$version" k8s.io/kubernetes/test/e2e
	# last, as it tells that both are there
	go build -mod=readonly -o "$out/ginkgo" -ldflags "-s -w" github.com/onsi/ginkgo/v2/ginkgo
fi
echo "$out"
