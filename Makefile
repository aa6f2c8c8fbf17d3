# The commands of a newcomer. What they do in detail is `cargo xtask`; CONTRIBUTING.md says more.

# Builds go outside the checkout, so that a clean clone need not build the world again.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/commandcenter/target

CACHE := $(HOME)/.cache/commandcenter
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Tools carry their version in their path: another version is another file to make.
CARGO_DENY := $(CACHE)/tools/cargo-deny-0.20.2/bin/cargo-deny
CARGO_MACHETE := $(CACHE)/tools/cargo-machete-0.9.2/bin/cargo-machete
MDBOOK := $(CACHE)/tools/mdbook-0.5.4/bin/mdbook
CHROMIUM := /usr/bin/chromium
TYPOS := $(CACHE)/venv/typos-1.52.0/bin/typos

.PHONY: help
help: ## Show this list.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: up
up: build ## Build and run everything in one process. Arguments: make up ARGS="--data DIR".
	@exec target/release/commandcenter up $(ARGS)

.PHONY: build
build: web ## Build target/release/commandcenter. Minutes the first time, seconds after that.
	@cargo build --release --workspace --bin commandcenter
	@mkdir -p target/release
	@built="$(CARGO_TARGET_DIR)/release/commandcenter"; \
	    [[ "$$built" -ef target/release/commandcenter ]] || install -m 755 "$$built" target/release/

.PHONY: web
web: web/dist/index.html ## Build the page, which the hub serves.

web/dist/index.html: web/src/api/schema.d.ts $(shell git ls-files web)
	@cd web && npm run --silent build
web/src/api/schema.d.ts: web/openapi.json web/node_modules/.package-lock.json
	@cd web && npm run --silent gen
	@touch $@
web/node_modules/.package-lock.json: web/package-lock.json
	@cd web && npm ci --silent

.PHONY: test
test: web ## Run every test: both stacks on real servers, the page in Chromium. Arguments: make test ARGS="-- NAME".
	@cargo xtask test $(ARGS)
	@$(if $(ARGS),,$(MAKE) test-web)

.PHONY: test-web
test-web: web $(CHROMIUM) ## Test the page: its logic, then every journey in Chromium against a real server.
	@cargo build --quiet --workspace --bin commandcenter
	@cd web && npm run --silent test
	@cd web && COMMANDCENTER_BIN="$(CARGO_TARGET_DIR)/debug/commandcenter" npm run --silent e2e

$(CHROMIUM):
	@echo "installing Debian's Chromium, once"
	@apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null

.PHONY: test-docker
test-docker: ## Run the tests of the docker driver against a real engine; starts one as root.
	@cargo xtask test-docker $(ARGS)

.PHONY: chaos
chaos: ## Simulate 10,000 project-days of the federation. Arguments: make chaos ARGS="--seed 7".
	@cargo xtask chaos federation $(ARGS)

.PHONY: lint
lint: format typos machete web-lint deny clippy rustdoc tidy generated ## Check the format, the lints, the licences, the spelling.

.PHONY: bench
bench: ## Measure, each number beside its baseline. Arguments: make bench ARGS=beats.
	@cargo xtask bench $(ARGS)

.PHONY: bench-web
bench-web: web $(CHROMIUM) ## Measure the page in Chromium.
	@cargo build --quiet --release --workspace --bin commandcenter
	@cd web && COMMANDCENTER_BIN="$(CARGO_TARGET_DIR)/release/commandcenter" npm run --silent bench

.PHONY: docs
docs: $(MDBOOK) ## Build the book into target/docs and the API documentation.
	@$(MDBOOK) build docs --dest-dir "$(CURDIR)/target/docs"
	@cargo doc --workspace --no-deps

# The parts of `lint`, in the order of their cost.

.PHONY: web-lint
web-lint: web/src/api/schema.d.ts
	@cd web && npm run --silent lint && npm run --silent check

.PHONY: format clippy rustdoc tidy generated deny machete typos
format:
	cargo fmt --all --check
tidy:
	cargo xtask tidy
typos: $(TYPOS)
	$(TYPOS)
machete: $(CARGO_MACHETE)
	$(CARGO_MACHETE)
deny: $(CARGO_DENY)
	$(CARGO_DENY) --workspace check --hide-inclusion-graph licenses bans sources
clippy:
	cargo clippy --workspace --all-targets -- --deny warnings
generated:
	cargo xtask gen --check
rustdoc:
	RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --document-private-items

# The tools, built once: unoptimised, because that is minutes faster and they run for seconds.

$(CARGO_DENY): PACKAGE := cargo-deny@0.20.2 --no-default-features
$(CARGO_MACHETE): PACKAGE := cargo-machete@0.9.2
$(MDBOOK): PACKAGE := mdbook@0.5.4 --no-default-features --features search
$(CARGO_DENY) $(CARGO_MACHETE) $(MDBOOK):
	@echo "installing $(firstword $(PACKAGE)), once"
	@env -u CARGO_TARGET_DIR cargo install --quiet --debug --locked --root $(@D)/.. $(PACKAGE)

$(TYPOS):
	@python3 -m venv $(@D)/..
	@$(@D)/pip install --quiet --disable-pip-version-check --require-hashes --requirement xtask/tools.txt
