# portal-crawler: every target sets up what it needs; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .bench
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_LINK_MODE := copy

UV_INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

# Programs that only the tests against real systems need; found by the tests where `make real-tools` put them.
REAL := $(CURDIR)/.real
export NIKOLA := $(wildcard $(REAL)/nikola/bin/nikola)
export WAGTAIL_PYTHON := $(wildcard $(REAL)/wagtail/bin/python)
# A worker for each core: most of a test of a crawl is one process waiting for another. A file stays with one worker, which
# builds what its tests share once; in the order of the folders the long ones come first.
PARALLEL := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder --inline-snapshot disable
DEBIAN_PACKAGES := nginx-light apache2 hugo caddy chromium php-cli php-sqlite3 php-xml php-mbstring php-gd php-mysql mariadb-server npm systemd
BROWSER_PACKAGES := chromium fonts-dejavu-core fonts-liberation npm
AXE_PACKAGE := axe-core@4.14.1

.PHONY: help setup demo test test-crawls test-slow test-real test-browser real-tools browser-tools quality quality-gate bench bench-tables bench-guard check lint types contracts docs answers docs-check lock clean

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

test: $(VENV)/.stamp-dev ## run the tests (a minute or two)
	@$(BIN)/pytest $(PARALLEL)

test-crawls: $(VENV)/.stamp-dev ## run the tests that crawl whole portals (some minutes)
	@$(BIN)/pytest $(PARALLEL) -m "crawls and not slow"

test-slow: $(VENV)/.stamp-dev ## run the slow tests: faults, kills, thousands of pages (up to half an hour)
	@$(BIN)/pytest -m slow

test-real: $(VENV)/.stamp-dev real-tools ## run the tests against real web servers and content systems
	@NIKOLA=$(REAL)/nikola/bin/nikola WAGTAIL_PYTHON=$(REAL)/wagtail/bin/python $(BIN)/pytest -m real

test-browser: $(VENV)/.stamp-dev browser-tools ## run the tests of the analysts' page in a real chromium
	@AXE=$(REAL)/axe/axe.min.js $(BIN)/pytest -m browser

browser-tools: $(REAL)/.stamp-chromium $(REAL)/.stamp-axe $(VENV)/.stamp-browser ## install what test-browser needs (Debian, as root)

$(REAL)/.stamp-chromium:
	@mkdir -p $(REAL)
	@command -v apt-get >/dev/null || { echo "make browser-tools needs Debian's apt-get; install yourself: $(BROWSER_PACKAGES)"; exit 1; }
	@echo "Installing $(BROWSER_PACKAGES) …"
	@apt-get -qq update
	@DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq install -y --no-install-recommends $(filter-out $(if $(shell command -v npm),npm),$(BROWSER_PACKAGES)) >/dev/null
	@touch $@

$(REAL)/.stamp-axe: $(REAL)/.stamp-chromium
	@rm -rf $(REAL)/axe && mkdir -p $(REAL)/axe
	@npm pack --silent --pack-destination $(REAL)/axe $(AXE_PACKAGE) >/dev/null
	@tar -xzf $(REAL)/axe/*.tgz -C $(REAL)/axe --strip-components=1 package/axe.min.js package/LICENSE
	@touch $@

$(VENV)/.stamp-browser: requirements/browser.txt | $(VENV)/.stamp-dev
	@$(UV_INSTALL) --require-hashes -r requirements/browser.txt
	@touch $@

real-tools: $(REAL)/.stamp-debian $(REAL)/.stamp-nikola $(REAL)/.stamp-wagtail $(REAL)/.stamp-wordpress ## install what test-real needs (Debian, as root)

$(REAL)/.stamp-debian: Makefile
	@mkdir -p $(REAL)
	@command -v apt-get >/dev/null || { echo "make real-tools needs Debian's apt-get; install yourself: $(DEBIAN_PACKAGES)"; exit 1; }
	@echo "Installing $(DEBIAN_PACKAGES) …"
	@apt-get -qq update
	@DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq install -y --no-install-recommends $(filter-out $(if $(shell command -v npm),npm),$(DEBIAN_PACKAGES)) >/dev/null
	@touch $@

$(REAL)/.stamp-wordpress: tests/real/wordpress.py $(REAL)/.stamp-debian | $(VENV)/.stamp-dev
	@echo "Fetching WordPress (158 MB, of which 5 MB are kept) …"
	@$(BIN)/python -m tests.real.wordpress
	@touch $@

$(REAL)/.stamp-%: requirements/%.txt | $(VENV)/.stamp-uv
	@mkdir -p $(REAL)
	@$(PYTHON) -m venv --without-pip --clear $(REAL)/$*
	@$(BIN)/uv pip install --quiet --python $(REAL)/$*/bin/python --require-hashes -r requirements/$*.txt
	@touch $@

quality: $(VENV)/.stamp-dev $(BENCH)/.stamp ## score every corpus beside other extractors (CORPUS=folder, ACCEPT=1, LOWER="reason")
	@$(BIN)/python -m benchmarks.quality --others $(BENCH)/bin/python $(if $(CORPUS),--corpus "$(CORPUS)") $(if $(ACCEPT),--accept --docs) $(if $(LOWER),--lower "$(LOWER)")

quality-gate: $(VENV)/.stamp-dev ## our figures against the pinned floors of tests/quality.json
	@$(BIN)/python -m benchmarks.quality

bench: $(VENV)/.stamp-dev $(BENCH)/.stamp $(BENCH)-fundus/.stamp ## what crawls, re-crawls, re-extraction and archives cost beside others (PARTS, ARTICLES="3000 12000", ROUNDS="3 12000:1", WITHOUT="12000:straightforward", PORT=8790, DOCS=1)
	@$(BIN)/python -m benchmarks.speed $(PARTS) $(addprefix --articles ,$(ARTICLES)) $(addprefix --rounds ,$(ROUNDS)) $(addprefix --without ,$(WITHOUT)) $(if $(PORT),--port $(PORT)) $(if $(DOCS),--docs)

bench-tables: $(VENV)/.stamp-dev ## the tables of what `make bench` measured last, without measuring (DOCS=1)
	@$(BIN)/python -m benchmarks.speed --show $(if $(DOCS),--docs)

bench-guard: $(VENV)/.stamp-dev ## our CPU in times of the floor and of the straightforward design, held to bounds (a quarter of a minute; nginx)
	@$(BIN)/python -m benchmarks.speed.guard

# Other extractors pin versions that contradict ours, and fundus those of the others, so they live in environments of their own.
$(BENCH)/.stamp $(BENCH)-fundus/.stamp: $(BENCH)%/.stamp: requirements/bench%.txt | $(VENV)/.stamp-uv
	@echo "Preparing $(BENCH)$* …"
	@$(PYTHON) -m venv --without-pip --clear $(BENCH)$*
	@$(BIN)/uv pip install --quiet --python $(BENCH)$*/bin/python --require-hashes -r requirements/bench$*.txt
	@touch $@

check: lint types contracts docs-check ## all that CI checks besides the tests

lint: $(VENV)/.stamp-dev ## style and common mistakes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/scrapy-lint

types: $(VENV)/.stamp-dev ## static types, strict
	@$(BIN)/mypy

contracts: $(VENV)/.stamp-dev ## who may import whom
	@$(BIN)/lint-imports

COGGED := docs/cli.md docs/schema.md docs/settings.md docs/faults.md docs/analysts.md docs/analysts.vi.md

docs: $(VENV)/.stamp-dev ## write the generated parts of the docs again
	@$(BIN)/python -m cogapp -r $(COGGED)

answers: $(VENV)/.stamp-dev ## crawl the sample portal and write its answers to the ready questions for the docs
	@$(BIN)/python -m tests.explore.answers

docs-check: $(VENV)/.stamp-dev ## the generated parts of the docs are up to date
	@$(BIN)/python -m cogapp --check --diff $(COGGED)

# A bootstrap that stayed as it was keeps its time: $(VENV) would be made anew.
lock: $(VENV)/.stamp-uv ## compile the lock files again
	@cp -p requirements/bootstrap.txt $(VENV)/bootstrap.txt
	@$(COMPILE) --group bootstrap -o requirements/bootstrap.txt
	@! cmp -s $(VENV)/bootstrap.txt requirements/bootstrap.txt || touch -r $(VENV)/bootstrap.txt requirements/bootstrap.txt
	@$(COMPILE) pyproject.toml --group build -o requirements/run.txt
	@$(COMPILE) pyproject.toml --all-extras --group dev -o requirements/dev.txt
	@$(COMPILE) --group bench -o requirements/bench.txt
	@$(COMPILE) --group bench-fundus -o requirements/bench-fundus.txt
	@$(COMPILE) --group browser -c requirements/dev.txt -o requirements/browser.txt
	@echo nikola | $(COMPILE) - -o requirements/nikola.txt
	@echo wagtail | $(COMPILE) - -o requirements/wagtail.txt

clean: ## remove what the other targets made (never data/)
	@rm -rf $(VENV) $(BENCH) $(BENCH)-fundus .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
