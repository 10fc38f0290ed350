# Every target sets up what it needs, on a machine that has only Python >= 3.11, git and make.
# Another interpreter: make demo PYTHON=/path/to/python

VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif

# The first interpreter that answers, is new enough and can make an environment. It is run, not only looked up:
# a version manager leaves commands on the path that do not start.
SUITABLE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c '$(SUITABLE)' >/dev/null 2>&1 && { echo $$python; break; }; done)

# What Qt needs of a Linux machine that has no desktop: Debian's and Ubuntu's packages.
QT_PACKAGES := libegl1 libgl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0
QT_LOADS := $(BIN)/python -c 'import PySide6.QtWidgets, PySide6.QtSvg'
QT_WORKS = $(QT_LOADS) 2>/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(QT_PACKAGES) >/dev/null; }; \
	$(QT_LOADS) || { echo "Qt needs packages of the system here: install $(QT_PACKAGES) and run make again." >&2; \
	exit 1; }

.DEFAULT_GOAL := help
.PHONY: help demo app test bench clean

help:
	@echo "make demo    dress three sample characters in two outfits each, into demo/"
	@echo "make app     open the editor"
	@echo "make test    ruff, pyright, import contracts, pytest"
	@echo "make bench   side-by-side measurements against the stock pipelines"
	@echo "make clean   remove the environment, caches and the demo's pictures"

demo: $(VENV)/.installed
	$(BIN)/ccnet demo

app: $(VENV)/.installed-gui
	$(BIN)/python main.py

test: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) demo build dist .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps make it install once, and again when what is asked for has changed.
$(VENV)/.installed: pyproject.toml constraints.txt
	@$(if $(PYTHON),,echo "CC_ControlNet needs Python 3.11 or newer with its venv module: \
	install it (on Debian and Ubuntu also the package python3-venv) and run make again." >&2; exit 1)
	@$(BIN)/python -c '$(SUITABLE)' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-gui: $(VENV)/.installed
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt -e '.[gui]'
	@$(QT_WORKS)
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt -e '.[dev,gui]'
	@$(QT_WORKS)
	@touch $@
