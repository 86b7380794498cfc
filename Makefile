# Mijnoverzicht. `make help` lists what there is to do.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check bench format css lock clean

help:  ## This list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.dev  ## Everything for development, in .venv

$(VENV)/.run: requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@ $(VENV)/.run

demo: $(VENV)/.run  ## A year of post for a few fictional people, at http://127.0.0.1:8000 (PORT=… for another, DAY=5 plays the year: a day in 5 seconds)
	$(BIN)/python -m mailbox demo --port $(PORT) $(if $(DAY),--day $(DAY))

serve: $(VENV)/.run  ## The service on the settings in the environment (python -m mailbox settings lists them)
	$(BIN)/python -m mailbox serve --port $(PORT)

test: $(VENV)/.dev  ## All tests, on SQLite and PostgreSQL, with a real browser
	$(BIN)/python -m pytest -n 3

check: $(VENV)/.dev  ## Lint, format, types, import directions
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev  ## Speed, beside the physical limit of this machine, in one run (LETTERS=… for the large store, ONLY="giving clients" for some of it)
	$(BIN)/python -m tests.bench

format: $(VENV)/.dev  ## Puts the code in shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

css: $(VENV)/.dev  ## Builds the style sheet from the design system and our theme
	$(BIN)/python tools/build_css.py

lock:  ## Writes the lock files anew (needs uv)
	uv pip compile pyproject.toml --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file requirements.lock
	uv pip compile pyproject.toml --extra dev --constraint requirements.lock --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file requirements-dev.lock

clean:  ## Removes the environment and the demo's data
	rm -rf $(VENV) data/demo data/demo-days
