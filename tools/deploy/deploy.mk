# The sample's image, and the sample in a cluster; the root Makefile includes this file.
DEPLOY_DIR := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

.PHONY: image image-check

image: ## webhook-image/target/image.tar, without Docker; IMAGE=NAME:TAG IMAGE_JDK=DIR
	@$(DEPLOY_DIR)/image.sh

image-check: ## build the image twice and compare every layer
	@$(DEPLOY_DIR)/image-check.sh
