# portal-crawler: every target sets up what it needs; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_LINK_MODE := copy

UV_INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

.PHONY: help setup demo test test-slow check lint types contracts docs docs-check lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

# A stamp is written last, so whatever was interrupted is done again by the next call.
$(VENV)/.stamp-uv: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "portal-crawler needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3 …"; exit 1; }
	@echo "Preparing $(VENV) …"
	@$(PYTHON) -m venv --without-pip --clear $(VENV)
	@$(PYTHON) -m pip --quiet --python $(BIN)/python install --require-hashes -r requirements/bootstrap.txt
	@touch $@

$(VENV)/.stamp-run: requirements/run.txt pyproject.toml | $(VENV)/.stamp-uv
	@test -e $(VENV)/.stamp-dev || $(UV_INSTALL) --require-hashes -r requirements/run.txt
	@$(UV_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.stamp-dev: requirements/dev.txt pyproject.toml | $(VENV)/.stamp-uv
	@$(UV_INSTALL) --require-hashes -r requirements/dev.txt
	@$(UV_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.stamp-run

setup: $(VENV)/.stamp-dev ## prepare .venv with everything for work on the project

demo: $(VENV)/.stamp-run ## crawl the bundled sample portal on loopback and export it
	@$(BIN)/portal-crawler demo

test: $(VENV)/.stamp-dev ## run the tests (about two minutes)
	@$(BIN)/pytest

test-slow: $(VENV)/.stamp-dev ## run the slow tests: faults, kills, thousands of pages
	@$(BIN)/pytest -m slow

check: lint types contracts docs-check ## all that CI checks besides the tests

lint: $(VENV)/.stamp-dev ## style and common mistakes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.stamp-dev ## static types, strict
	@$(BIN)/mypy

contracts: $(VENV)/.stamp-dev ## who may import whom
	@$(BIN)/lint-imports

docs: $(VENV)/.stamp-dev ## write the generated parts of the docs again
	@$(BIN)/python -m cogapp -r docs/cli.md docs/schema.md docs/settings.md

docs-check: $(VENV)/.stamp-dev ## the generated parts of the docs are up to date
	@$(BIN)/python -m cogapp --check --diff docs/cli.md docs/schema.md docs/settings.md

lock: $(VENV)/.stamp-uv ## compile the lock files again
	@$(COMPILE) --group bootstrap -o requirements/bootstrap.txt
	@$(COMPILE) pyproject.toml --group build -o requirements/run.txt
	@$(COMPILE) pyproject.toml --all-extras --group dev -o requirements/dev.txt

clean: ## remove what the other targets made (never data/)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
