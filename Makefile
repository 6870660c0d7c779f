# One entry for people and for CI. `make` lists the targets.
PIPELINE ?= mnist
STEMMA := node dist/stemma.js
SOURCES := $(shell find src schemas scripts -type f)

# BACKEND=--gpu brings the one for NVIDIA GPUs.
BACKEND ?=

.PHONY: help install build pipeline watch plan lineage audit backend test check lint typecheck generate bench nightly clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: node_modules/.package-lock.json ## install the packages, if package-lock.json changed

node_modules/.package-lock.json: package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

build: dist/.built ## build the program, if its sources changed

dist/.built: node_modules/.package-lock.json $(SOURCES)
	@node scripts/build.mjs

pipeline: build ## run a pipeline: PIPELINE=mnist unless told otherwise
	@$(STEMMA) run $(PIPELINE)

watch: build ## run a pipeline, and again whenever data, the pipeline or stage code changes
	@$(STEMMA) watch $(PIPELINE)

plan: build ## say what `make pipeline` would run, and why
	@$(STEMMA) plan $(PIPELINE)

lineage: build ## list the past runs of the pipeline; `stemma trace` says what a file was made from
	@$(STEMMA) runs $(PIPELINE)

backend: build ## bring TensorFlow to this user's cache folder, once for all projects: BACKEND=--gpu for the GPU
	@$(STEMMA) backend install $(BACKEND)

audit: build ## hash everything again and hold it against the records
	@$(STEMMA) audit

test: build ## run all tests
	@npx vitest run

check: lint typecheck test ## lint, types and tests

lint: install
	@npx biome check .

typecheck: install
	@npx tsc --noEmit

generate: install ## make types and validators from schemas/ again
	@npm run --silent generate

bench: build ## measure against the peers, side by side
	@node bench/run.mjs

nightly: build ## all kills, sequences, backends and faults, ten times the random cases, the long pipelines whole, the runs of docs/practices.md
	@STEMMA_NIGHTLY=1 npx vitest run

clean: ## remove what can be made again; store and records stay
	rm -rf dist node_modules
	find artifacts -mindepth 1 -maxdepth 1 ! -name .store -exec rm -rf {} + 2>/dev/null || true
