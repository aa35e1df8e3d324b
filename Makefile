# Two commands on a fresh machine: `make run` and `make test`. Everything else: .venv/bin/koppeling --help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run test docs test-wheel proof test-clients test-browser test-postgresql bench check lock clean

run: $(VENV)/.run-installed
	@$(BIN)/koppeling run scenarios/library/manual.story.yaml

test: $(VENV)/.dev-installed
	@$(BIN)/python -m pytest -q -n auto -m "not clients and not browser and not wheel"

test-clients: $(VENV)/.dev-installed
	@tests/clients/install
	@$(BIN)/python -m pytest -q -m clients tests/clients tests/contracts

test-browser: $(VENV)/.dev-installed
	@tests/install-browser
	@$(BIN)/python -m pytest -q -m browser

test-postgresql: $(VENV)/.dev-installed
	@tests/with-postgresql $(BIN)/python -m pytest -q -n auto tests/sync_core

# Builds the wheel, installs it as its users do, and follows the tutorial with it.
test-wheel: $(VENV)/.dev-installed
	@$(BIN)/python -m pytest -q -m wheel tests/wheel

# The notice that is turned off is about a next version of MkDocs, not about these pages.
docs: $(VENV)/.dev-installed
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo "The site is in site; to read it: python3 -m http.server --directory site --bind 127.0.0.1"

bench: $(VENV)/.dev-installed
	@tests/bench/install
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.bizzcloud
	@$(BIN)/python -m tests.bench.coupling

# The sweep, a thousand kills, all of tests/proof, and the broken couplings; takes many minutes.
proof: $(VENV)/.dev-installed
	@$(BIN)/koppeling sweep
	@$(BIN)/koppeling sweep --kill --kills 1000
	@REPLAY_KILLS=60 BOOKS_RUNS=600 $(BIN)/python -m pytest -q -n auto --timeout 0 tests/proof tests/broken tests/scenarios/test_replay_killed.py tests/scenarios/test_replay_shop.py
	@$(BIN)/python -m tests.broken.table

check: $(VENV)/.dev-installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra build --extra dev --extra docs pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "koppeling needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Name another: make run PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

# The project itself is built by the locked hatchling, not by whichever is newest today.
$(VENV)/.run-installed: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "Installing what koppeling needs into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev-installed: $(VENV)/.run-installed requirements-dev.lock
	@echo "Installing what the tests need into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
