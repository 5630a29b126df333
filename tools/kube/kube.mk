# Targets that need Go, Kubernetes' binaries or root; the root Makefile includes this file.
KUBE_DIR := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

.PHONY: kube e2e soak-api conformance demo-cluster helm node-up node-down node tables tables-check

kube: ## kube-apiserver, etcd and kubectl: from KUBEBUILDER_ASSETS, else built once with Go
	@assets=$$($(KUBE_DIR)/assets.sh) && echo "KUBEBUILDER_ASSETS=$$assets"

e2e: ## every test on a real kube-apiserver; ends with N passed, N failed, N skipped
	@$(KUBE_DIR)/e2e.sh $(TESTS)

soak-api: ## an API server behind kube-apiserver under 1,000 watches: available, flat; no root; MINUTES=60
	@$(KUBE_DIR)/soak-api.sh $(or $(MINUTES),60)

conformance: ## Kubernetes' own tests against usher apiserver; REFERENCE=1 compares kube-apiserver, STORAGE=file, TESTS=PART-OF-NAME
	@$(MAKE) --no-print-directory -C $(KUBE_DIR)/../.. build
	@$(KUBE_DIR)/conformance.py $(if $(REFERENCE),--reference) $(if $(STORAGE),--storage $(STORAGE)) \
	  $(if $(TESTS),--tests "$(TESTS)") webhook-cli/target/usher.jar

demo-cluster: ## the sample on a real kube-apiserver: what kubectl prints for its manifests
	@$(MAKE) --no-print-directory -C $(KUBE_DIR)/../.. build
	@cd $(KUBE_DIR)/../.. && tools/kube/demo_cluster.py webhook-cli/target/usher.jar \
	  webhook-sample-labeler/target/webhook-sample-labeler-*.jar webhook-sample-labeler/src/main/kubernetes/samples

helm: ## helm, built once with Go; prints its path
	@$(KUBE_DIR)/helm.sh

node-up: ## start a real one-node cluster (root, Debian's containerd and runc)
	@$(KUBE_DIR)/node/start.sh && echo "the node is ready: make node CMD='kubectl get pods -A'"

node-down: ## stop the node
	@$(KUBE_DIR)/node/stop.sh

node: ## run CMD inside the node: make node CMD='kubectl get nodes'
	@$(KUBE_DIR)/node/in.sh $(or $(CMD),kubectl get nodes,pods -A)

tables: ## generate the committed tables from what the pinned kube-apiserver serves
	@$(KUBE_DIR)/tables.py generate
	@$(KUBE_DIR)/patch-schema.sh generate
	@$(KUBE_DIR)/schemas.py generate
	@$(KUBE_DIR)/cases.py generate
	@$(KUBE_DIR)/cel.sh generate

tables-check: ## compare the committed tables with what the pinned kube-apiserver serves
	@$(KUBE_DIR)/tables.py check
	@$(KUBE_DIR)/patch-schema.sh check
	@$(KUBE_DIR)/schemas.py check
	@$(KUBE_DIR)/cases.py check
	@$(KUBE_DIR)/cel.sh check
