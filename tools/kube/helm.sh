#!/bin/sh
# Build helm at the version that helm/go.mod pins, once, into USHER_KUBE_HOME; print its path.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home=${USHER_KUBE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/usher-kube}
version=$(sed -n 's|^[[:space:]]*helm.sh/helm/v4 v\([^ ]*\).*|\1|p' "$here/helm/go.mod")
out=$home/helm/$version/helm
if [ ! -x "$out" ]; then
	command -v go > /dev/null || { echo "helm: not built yet, and Go is missing" >&2; exit 1; }
	echo "helm: building $version, once, into $out (2 to 3 minutes on two cores)" >&2
	mkdir -p "$(dirname "$out")"
	(cd "$here/helm" && go build -mod=readonly -o "$out.new" -ldflags "-s -w" helm.sh/helm/v4/cmd/helm)
	mv "$out.new" "$out"
fi
echo "$out"
