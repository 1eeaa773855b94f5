# What there is to do here. Every target makes .venv by itself.

PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint types bench clean ci

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/installed  ## Watch capsync sync a vault with a sandbox, both ways
	@$(BIN)/capsync demo --once

test: .venv/installed  ## Run the tests
	@$(BIN)/pytest

lint: .venv/installed  ## Check style, formatting and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: .venv/installed  ## Check the types
	$(BIN)/mypy

bench: .venv/installed  ## Measure, and write docs/performance.md
	@$(BIN)/python -m tests.benchmarks

ci:  ## Run everything a change has to pass
	@.ci/run

clean:  ## Remove what was built, .venv included
	rm -rf .venv build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache \
	  .import_linter_cache tests/contract/node_modules tests/spec/node_modules \
	  tests/web/node_modules
	find capsync tests -name __pycache__ -type d -prune -exec rm -rf {} +

# pip before 25.1 knows no dependency groups, so it is upgraded first.
.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "capsync needs Python 3.11 or newer; try: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@
