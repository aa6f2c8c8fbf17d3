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

web/dist/index.html: web/node_modules/.package-lock.json $(shell git ls-files web)
	@cd web && npm run --silent build
web/node_modules/.package-lock.json: web/package-lock.json
	@cd web && npm ci --silent --no-audit --no-fund

.PHONY: test
test: web ## Run every test on both stacks, against real servers. Arguments: make test ARGS="-- NAME".
	@cargo xtask test $(ARGS)

.PHONY: test-docker
test-docker: ## Run the tests of the docker driver against a real engine; starts one as root.
	@cargo xtask test-docker $(ARGS)

.PHONY: chaos
chaos: ## Simulate 10,000 project-days of the federation. Arguments: make chaos ARGS="--seed 7".
	@cargo xtask chaos federation $(ARGS)

.PHONY: lint
lint: format typos machete deny clippy rustdoc tidy generated ## Check the format, the lints, the licences, the spelling.

.PHONY: bench
bench: ## Measure, each number beside its baseline. Arguments: make bench ARGS=beats.
	@cargo xtask bench $(ARGS)

.PHONY: docs
docs: $(MDBOOK) ## Build the book into target/docs and the API documentation.
	@$(MDBOOK) build docs --dest-dir "$(CURDIR)/target/docs"
	@cargo doc --workspace --no-deps

# The parts of `lint`, in the order of their cost.

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
