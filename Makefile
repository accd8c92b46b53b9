# Two commands do everything on a fresh machine, set-up included: make demo, make test.
# They need python3 with venv, make and a package index.

VENV := .venv
BIN := $(VENV)/bin
LINKSTRATA := $(BIN)/linkstrata
PYTHON ?=
PYTEST_OPTIONS ?=
BENCH_OPTIONS ?=

# What the environment was made from; it is made again when any of this changes.
RECIPE := { echo "$(CURDIR)"; cat requirements.lock pyproject.toml; }
INSTALLED := $(VENV)/installed-from

.DEFAULT_GOAL := help
.PHONY: help install demo test lint dev report lab bench docs lock clean

help:  ## this list
	@echo "make demo    sets up, reads the made-up member in data/sample/, writes a report"
	@echo "make test    sets up, runs every test"
	@echo
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 14

# An environment without its record is the remains of a set-up that was cut short, and is made anew. The record goes
# first and comes last, so that no half-made environment ever carries one.
install:  ## sets up .venv from requirements.lock; nothing to do when it is as the lock says
	@set -e; \
	sound() { [ -x $(BIN)/uv ] && $(BIN)/python -c '' 2>/dev/null; }; \
	if $(RECIPE) | cmp -s - $(INSTALLED) && sound; then exit 0; fi; \
	if [ "$$(head -n 1 $(INSTALLED) 2>/dev/null)" = "$(CURDIR)" ] && sound; then \
		rm $(INSTALLED); \
	else \
		python=; \
		for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
			if $$candidate -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
				2>/dev/null; then python=$$candidate; break; fi; \
		done; \
		if [ -z "$$python" ]; then \
			echo "No Python from 3.11 to 3.14 with venv found: install one (on Debian or Ubuntu also python3-venv)," \
				"or name it: make PYTHON=/path/to/python3.12" >&2; \
			exit 1; \
		fi; \
		echo "Setting up $(VENV) with $$($$python --version). This takes a minute, once."; \
		$$python -m venv --clear $(VENV); \
		sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.txt; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/uv.txt; \
	fi; \
	$(BIN)/uv pip sync --quiet --system-certs --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock; \
	$(BIN)/uv pip install --quiet --offline --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
	$(BIN)/python -m compileall -q -j 0 pipelines; \
	$(RECIPE) > $(INSTALLED)

demo: install  ## reads data/sample/ into the data home, writes the report, says what is there
	@$(LINKSTRATA) ingest data/sample/*
	@$(LINKSTRATA) report
	@echo
	@echo "A question in SQL, and its answer: select segment, count(*) as people from contacts group by all"
	@$(LINKSTRATA) sql 'select segment, count(*) as people from contacts group by all order by people desc'
	@echo
	@echo "Where to look next:"
	@echo "  open the report named above in a browser"
	@echo "  $(LINKSTRATA) status"
	@echo "  $(LINKSTRATA) sql \"select full_name, company from contacts where segment = 'follower_only'\""
	@echo "  $(LINKSTRATA) dashboard"
	@echo "  make lab      notebooks"
	@echo "  make dev      how the data flows, in Dagster"
	@echo "  README.md     your own LinkedIn files"

test: install  ## runs every test; those in a browser need Chromium on the PATH
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder \
		$(PYTEST_OPTIONS)

lint: install  ## style, types, the portable subset of SQL, no outputs in notebooks
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/python -m linkstrata.warehouse.portable sql
	@! grep -lE '"(output_type|image/png|text/html)"|"execution_count": [0-9]' notebooks/*.ipynb \
		|| { echo "these notebooks hold outputs, and outputs hold people: clear them"; exit 1; }

dev: install  ## Dagster in a browser; what lands in the inbox is read without a click
	@$(LINKSTRATA) dev

report: install  ## writes the report on what is published
	@$(LINKSTRATA) report

lab: install  ## the notebooks in JupyterLab
	@$(LINKSTRATA) lab

bench: install  ## a large archive against hand-written floors; edits, the grid; who is who and history against the truth
	@$(BIN)/python tests/benchmarks/bench.py $(BENCH_OPTIONS)
	@$(BIN)/python tests/benchmarks/reading.py --gigabytes 0
	@$(BIN)/python tests/benchmarks/curation.py
	@$(BIN)/python tests/benchmarks/killed_edits.py
	@$(BIN)/python tests/benchmarks/grid.py
	@$(BIN)/python tests/benchmarks/series.py
	@$(BIN)/python tests/benchmarks/history.py
	@$(BIN)/python tests/benchmarks/identity.py
	@$(BIN)/python tests/benchmarks/lives.py

docs: install  ## writes docs/files.md, the list of all files that are read, out of the catalogue
	@$(BIN)/python -m linkstrata.exports.documentation docs/files.md

lock: install  ## compiles requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile --quiet --system-certs --upgrade --universal --python-version 3.11 --generate-hashes \
		--extra dev --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

clean:  ## removes .venv and every cache; never touches data/
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find pipelines tests notebooks \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
