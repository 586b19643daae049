# `make lab` to learn, `make test` before you push. `make` alone lists the targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
ifndef SIDE_BY_SIDE
.NOTPARALLEL:
endif
.PHONY: help lab start-over setup build check fresh lint test quick pytest proofs nbval bench book browser facts coverage clean

UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)
PYTHON := .venv/bin/python
READY := .venv/.synced
# A worker keeps a processor busy, and needs up to two gigabytes.
WORKERS := $(shell cores=$$(nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2); echo $$((cores < 4 ? cores : 4)))
EXECUTED = $(wildcard notebooks/*.ipynb solutions/*.ipynb)
LONGEST_FIRST = $(shell ls -r $(EXECUTED))

help: ## list the targets
	@grep -hE '^[a-z -]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

lab: setup ## open JupyterLab on your own copy of the course, in workbook/
	@$(PYTHON) -m sevenways.workbook open -- $(JUPYTER)

start-over: $(READY) ## lesson and lab of one unit as they were, yours kept as a backup: make start-over UNIT=01
	@$(PYTHON) -m sevenways.workbook start-over "$(or $(UNIT),$(error Which unit? make start-over UNIT=01))"

setup: $(READY) ## make the environment, trust the notebooks, and say whether all is ready
	@$(PYTHON) -m sevenways.authoring.doctor

build check: $(READY) ## write the notebooks from content/ / run them all and compare every byte
	@$(PYTHON) -m sevenways.authoring $@

lint: $(READY) ## ruff, spelling, types, and the import arrows
	.venv/bin/ruff check --quiet . && .venv/bin/ruff format --check --quiet . && .venv/bin/codespell && $(PYTHON) -m pytest -q -p no:nbval tests/repository

test: $(READY) quick pytest nbval ## everything CI runs, cheapest first

# Each of these keeps one processor busy, so two run at a time; what one says is not mixed with what the other says. An old make can't
# do that, and takes them one after another.
quick: $(READY) # lint, fresh and book
	@$(MAKE) --no-print-directory SIDE_BY_SIDE=1 $(if $(filter output-sync,$(.FEATURES)),-j2 --output-sync=target) lint fresh book

fresh: $(READY) ## prove that the notebooks are what content/ says; what their cells show is left to nbval
	@$(PYTHON) -m sevenways.authoring check --no-run

# Plugins by name: nbval takes two seconds to load, and pytest would rewrite the whole package as if it were tests. A folder whose tests
# are not run is not loaded, for each worker loads all that a test file loads.
pytest: $(READY) ## the tests of the package and of the products; those of the repository are a part of lint
	PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(PYTHON) -m pytest -q -p no:logging -p xdist -p _hypothesis_pytestplugin -p sevenways.pytest_plugin -n $(WORKERS) --dist worksteal --ignore=tests/repository --ignore=tests/course/browser

proofs: $(READY) ## what is left of the families of tests of which make test runs some: every design on every night, every section on its own
	PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(PYTHON) -m pytest -q -m proof -p xdist -p _hypothesis_pytestplugin -p sevenways.pytest_plugin -n $(WORKERS) --dist worksteal

# The last units take longest. They begin first, so that none is alone in the end.
nbval: $(READY) ## run the notebooks again and compare what they show
	$(if $(EXECUTED),$(PYTHON) -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder -p tests.course.warm_kernels --nbval --nbval-current-env --nbval-cell-timeout=60 $(LONGEST_FIRST),@echo "No notebooks yet: nothing to compare.")

bench: $(READY) ## how fast the engine is here; FULL=1 measures 100k, too
	@$(PYTHON) -m bench

book: $(READY) ## build the book, offline, warnings fatal
	@$(PYTHON) -m sevenways.authoring book

browser: $(READY) ## drive JupyterLab in Chromium
	$(PYTHON) -m tests.course.browser.chromium && $(PYTHON) -m pytest -q -m browser tests/course/browser

facts: $(READY) ## print what AWS does and what we do: as AWS, modelled, or not shown
	@$(PYTHON) -m sevenways.facts

coverage: $(READY) ## print which cell of which lesson shows each claim of the course
	@$(PYTHON) -m sevenways.authoring coverage

clean: ## remove what can be made again, but not the environment
	rm -rf book/_build .coverage .ruff_cache .pytest_cache .hypothesis $(shell find . -name __pycache__ -not -path './.*' 2>/dev/null)

export PYTHONDONTWRITEBYTECODE := # some machines forbid it, and then every process compiles the package again

build check fresh test pytest proofs nbval bench: export SEVENWAYS_PROGRESS := off

# Where Python may not be downloaded, any Python from 3.11 on that is here will do.
$(READY): uv.lock pyproject.toml | $(UV)
	$(UV) sync --locked --quiet || $(UV) sync --locked --quiet --python '>=3.11'
	@touch $@

# A pip that is there puts it into the folder in two seconds; an environment to have one takes six.
.tools/bin/uv:
	@python3 -m pip install --quiet --target .tools uv==0.13.9 2>/dev/null || { python3 -m venv .tools && .tools/bin/pip install --quiet uv==0.13.9; }
