# `make` alone prints this help. Needs a JDK 17 or newer, Maven 3.8 and make; no Docker, no cluster.
.DEFAULT_GOAL := help
MVN := mvn -q -B -ntp -Dstyle.color=never
USHER := java -jar webhook-cli/target/usher.jar
LABELER := webhook-sample-labeler
# The sample that has a handler.
HANDLERS := webhook-sample-ingresses
DNS ?= localhost,127.0.0.1,::1

.PHONY: help build demo test verify manifests certs outdated plugin-check fuzz bench bench-api bench-against hostile clean

help: ## this help
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build webhook-cli/target/usher.jar and the samples' rule jars
	@echo "building usher.jar and the samples (the first time, Maven fetches its libraries)"
	@$(MVN) -DskipTests -pl webhook-cli,$(LABELER),$(HANDLERS) -am package

demo: build ## what the sample's rules do to its manifests, the API server by curl, and objects that exist (COLOR=always|never)
	@$(USHER) review --rules $(LABELER)/target/$(LABELER)-*.jar -f $(LABELER)/src/main/kubernetes/samples \
	  $(if $(COLOR),--color $(COLOR))
	@echo
	@RULES=$$(ls $(LABELER)/target/$(LABELER)-*.jar) HANDLERS=$$(ls $(HANDLERS)/target/$(HANDLERS)-*.jar) tools/apiserver-demo.sh

test: ## every test that needs no more than a JVM; ends with N passed, N failed, N skipped
	@tools/test.sh

verify: ## formatting, compiler warnings, architecture, generated manifests; changes nothing
	@echo "checking the format, the compiler's warnings, the architecture and what is generated"
	@tools/verify.sh

manifests: ## generate manifests/ from the sample's rules
	@$(MVN) -pl webhook-cli -am test -Dtest=SampleManifestsTest -Dusher.golden.update=true \
	  -Dsurefire.failIfNoSpecifiedTests=false

certs: build ## a throwaway CA and certificate for localhost in certs/ (DNS=NAME,...)
	@$(USHER) certs --dns $(DNS) --out certs

outdated: ## names libraries and plugins that have newer releases; needs the registry
	@tools/outdated.sh

plugin-check: ## the README's rule project, built with the Maven plugin as a user would
	@tools/plugin-check.sh

fuzz: ## fuzz what reads others' bytes: each target for FUZZ seconds (60), the corpus is kept; TARGET=PART-OF-NAME
	@tools/fuzz.sh $(or $(FUZZ),60) $(TARGET)

bench: ## benchmarks: twenty minutes of full load on this machine; BENCH=--quick for three, BENCH="--against DIR" for another commit, BENCH=--help
	@$(MVN) -DskipTests -pl webhook-benchmarks -am package
	@java -cp "webhook-benchmarks/target/classes:$$(cat webhook-benchmarks/target/classpath)" \
	  io.usher.benchmarks.Bench $(BENCH)

bench-api: build ## the API server against kube-apiserver and etcd: twenty minutes of full load; BENCH=--quick for eight, BENCH=--help
	@$(MVN) -DskipTests -pl webhook-benchmarks -am package
	@kubernetes=$$(tools/kube/assets.sh) && \
	  java -cp "webhook-benchmarks/target/classes:$$(cat webhook-benchmarks/target/classpath)" \
	  io.usher.benchmarks.api.ApiBench --kubernetes "$$kubernetes" $(BENCH)

bench-against: build ## start, memory and requests of the API server against those of another commit: COMMIT=main; BENCH=--quick for eight minutes
	@$(MVN) -DskipTests -pl webhook-benchmarks -am package
	@tools/bench-against.sh $(or $(COMMIT),HEAD~1) $(BENCH)

hostile: build ## attack the server in its container's limits, ten minutes; HOSTILE=--short for two, or part of an attack's name
	@$(MVN) -DskipTests -pl webhook-benchmarks -am package
	@java -cp "webhook-benchmarks/target/classes:$$(cat webhook-benchmarks/target/classpath)" \
	  io.usher.benchmarks.hostile.Hostile . $(HOSTILE)

clean: ## remove everything that was built
	@$(MVN) clean
	@rm -rf target

-include tools/kube/kube.mk tools/deploy/deploy.mk
