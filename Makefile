# The commands of this repository. They need Python 3.11 or later and make, nothing else.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV ?= uv

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check
DISTRIBUTIONS := $(wildcard libs/* services/*)
PROJECTS := $(wildcard libs/*/pyproject.toml services/*/pyproject.toml)

# What is installed is remembered by a file in .venv, so that nothing is done twice.
RUN_INSTALLED := $(VENV)/run-installed
TEST_INSTALLED := $(VENV)/test-installed

# As many files at a time as there are cores, each process with servers of its own; all must list the tests alike. Files
# come in the order of tests/conftest.py, the longest first; else the runner begins with those that have most tests.
PYTEST := PYTHONHASHSEED=0 $(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

.PHONY: help setup setup-test run test histories coverage check format lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## Start everything in one process and watch eight reports travel (ONCE=1: only that; PORT=8000)
	@$(BIN)/lapor run $(if $(ONCE),--once)

setup: $(RUN_INSTALLED) ## Make .venv with what running needs; the command is then .venv/bin/lapor
	@:

test: setup-test ## Run all tests on real servers, which are found or installed (ARGS="-k tracking")
	$(PYTEST) $(ARGS)

histories: setup-test ## Hold "no wrong door" against thousands of made-up histories (HISTORIES=2000)
	HISTORIES=$(or $(HISTORIES),2000) $(PYTEST) tests/routing/test_no_wrong_door.py

coverage: setup-test ## Run all tests and say which lines they miss, which takes half as long again
	$(PYTEST) --cov --cov-report=term $(ARGS)

check: setup-test ## Check style, types, who may import whom, and that docs/ says what the code says
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/lapor contracts check

format: setup-test ## Put the code into its standard form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## Choose the versions of all dependencies anew (needs uv)
	$(LOCK) requirements/run.in --output-file requirements/run.txt
	$(LOCK) requirements/test.in --constraints requirements/run.txt --output-file requirements/test.txt

clean: ## Remove what the other commands made, but not what ./var holds
	rm -rf $(VENV) .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup-test: $(TEST_INSTALLED)
	@:

# Hashes and versions for every system and Python, but no address of where they came from: docs/adr/0002-lock-files.md.
LOCK = $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	$(patsubst %,--no-emit-package lapor-%,$(notdir $(DISTRIBUTIONS)))

$(BIN)/pip:
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed, and not found. Name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "This Python cannot make virtual environments (Debian: apt-get install python3-venv)" >&2; exit 1; }

$(RUN_INSTALLED): requirements/run.txt $(PROJECTS) | $(BIN)/pip
	@echo "Installing what running needs (a minute or two, once)"
	@$(PIP) --require-hashes --requirement requirements/run.txt
	@echo "Installing our own distributions"
	@$(PIP) --quiet --no-deps --no-build-isolation $(addprefix --editable ,$(DISTRIBUTIONS))
	@touch $@

$(TEST_INSTALLED): requirements/test.txt $(RUN_INSTALLED)
	@echo "Installing what tests and checks need"
	@$(PIP) --require-hashes --requirement requirements/test.txt
	@touch $@
