#!/bin/sh
# Print the files of the custom resources that the generated manifests use, as cert-manager and the Prometheus operator
# publish them: in their Go modules, which crds/go.mod and go.sum pin. They are downloaded once (8 MB).
# Exits with 3 where Go is missing.
set -eu
cd "$(dirname "$0")/crds"
command -v go > /dev/null || { echo "crds: Go is missing" >&2; exit 3; }

# module MODULE: its folder
module() {
	version=$(sed -n "s|^[[:space:]]*$1 ||p" go.mod)
	go mod download -json "$1@$version" | sed -n 's|^[[:space:]]*"Dir": "\(.*\)".*|\1|p'
}
cert_manager=$(module github.com/cert-manager/cert-manager)/deploy/crds
prometheus=$(module github.com/prometheus-operator/prometheus-operator)/example/prometheus-operator-crd
ls "$cert_manager/cert-manager.io_issuers.yaml" "$cert_manager/cert-manager.io_certificates.yaml" \
	"$prometheus/monitoring.coreos.com_servicemonitors.yaml" "$prometheus/monitoring.coreos.com_prometheusrules.yaml"
