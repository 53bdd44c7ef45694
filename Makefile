# The commands people type. `make` alone lists them.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.12 python3.13 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] < (3,14))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
# Test files run side by side; each worker has a PostgreSQL of its own. `make test WORKERS=0` runs them in one process.
WORKERS ?= 2
MODELS := $(shell find warehouse -type f \( -name '*.yml' -o -name '*.sql' -o -name '*.md' -o -name '*.csv' \) -not -path '*/target/*' 2>/dev/null)
MANIFEST := warehouse/target/semantic_manifest.json
RUN_READY := $(VENV)/ready-to-run $(MANIFEST)

.DEFAULT_GOAL := help
.PHONY: help run demo stop clean test check bench docs lock dbt browser format

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /|/' | awk -F'|' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(RUN_READY) ## everything, from an empty machine to http://127.0.0.1:8501/?tenant=demo
	@exec $(BIN)/python -m infra.local run

demo: $(RUN_READY) ## the demo's data only, no app
	@exec $(BIN)/python -m infra.local demo

stop: ## stop what `make run` started
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m infra.local stop; fi

clean: stop ## remove the local data folder (.indigitall)
	@rm -rf .indigitall

test: $(RUN_READY) $(VENV)/ready-to-test browser ## every test, on a real PostgreSQL and a real browser
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: $(RUN_READY) $(VENV)/ready-to-test ## format, lint, types, SQL style, import order, duplicates, sizes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint warehouse --disable-progress-bar --processes 2
	$(BIN)/lint-imports --no-cache
	$(BIN)/pylint --jobs 2 --score n lib flows pages infra streamlit_app.py
	$(BIN)/python -m pytest -q --durations 0 tests/architecture

format: $(VENV)/ready-to-test ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

dbt: $(RUN_READY) ## dbt with the right connection: make dbt ARGS="build --full-refresh"
	@$(BIN)/python -m flows.transform --dbt $(ARGS)

bench: $(RUN_READY) $(VENV)/ready-to-test browser ## benchmarks at SIZE rows (100000): bench.json and a table with ratios
	@$(BIN)/python -m infra.bench

docs: $(RUN_READY) ## docs/metricas.md and docs/modelo-de-datos.md, made from the source
	@$(BIN)/python -m infra.reference

lock: ## renew infra/constraints.txt after changing a pin
	uv pip compile --universal --python-version 3.11 --no-header --no-annotate --upgrade \
		requirements.txt tests/requirements.txt -o infra/constraints.txt

browser: $(VENV)/ready-to-test
	@$(BIN)/python -m infra.chromium

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11, 3.12 or 3.13 was expected and none was found: install one, or name it with make PYTHON=..."; exit 1; fi
	@echo "step  environment: $(VENV) with $(PYTHON)"
	@if command -v uv >/dev/null 2>&1; then uv venv --quiet --python $(PYTHON) $(VENV); else $(PYTHON) -m venv $(VENV) \
		|| { echo "venv failed: on Debian and Ubuntu install python3-venv, then run make again"; rm -rf $(VENV); exit 1; }; fi

# The command that installs, by what this machine has.
define install
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python $(1) -c infra/constraints.txt; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check $(1) -c infra/constraints.txt; fi \
	|| { echo "installing failed: check the network or the package index, then run make again; nothing is half done"; exit 1; }
endef

$(VENV)/ready-to-run: requirements.txt infra/constraints.txt | $(BIN)/python
	@echo "step  packages of requirements.txt (the longest step of a first start)"
	$(call install,-r requirements.txt)
	@touch $@

$(VENV)/ready-to-test: tests/requirements.txt infra/constraints.txt $(VENV)/ready-to-run
	@echo "step  packages of tests/requirements.txt"
	$(call install,-r tests/requirements.txt)
	@touch $@

$(MANIFEST): $(MODELS) | $(VENV)/ready-to-run
	@echo "step  dbt parse: the metric catalogue the app reads"
	@$(BIN)/python -m flows.transform --parse
