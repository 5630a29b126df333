# The samples' images, and the samples in a cluster; the root Makefile includes this file.
DEPLOY_DIR := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

.PHONY: image image-check deploy undeploy deploy-check soak

image: ## webhook-image/target/image.tar, without Docker; IMAGE=NAME:TAG IMAGE_JDK=DIR, SAMPLE=apiserver for the other sample's
	@$(DEPLOY_DIR)/image.sh

image-check: ## build the image twice and compare the layers
	@$(DEPLOY_DIR)/image-check.sh

deploy: ## the sample in a cluster: CLUSTER=kind|node|current OVERLAY=secret|kind|cert-manager|self-managed; SAMPLE=apiserver
	@$(DEPLOY_DIR)/deploy.sh up

undeploy: ## the sample out of the cluster again; SAMPLE=apiserver
	@$(DEPLOY_DIR)/deploy.sh down

deploy-check: ## deploy, upgrade, restart and undeploy under a steady stream of creates; CLUSTER=node
	@$(DEPLOY_DIR)/deploy-check.sh

soak: ## three replicas on the node under load, restarts, kills and new certificates; MINUTES=10
	@$(DEPLOY_DIR)/soak.sh $(or $(MINUTES),10)
