.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
# Compiled once, not at every start: that takes two seconds, for the tests fifteen.
unexport PYTHONDONTWRITEBYTECODE
# More than there are cores: a test often waits for a process, a browser or a clock.
WORKERS := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 3 / 2 )))

.PHONY: help install run test check format lock clean

help:
	@echo "make run     jalankan asisten di komputer ini (tanpa pengaturan apa pun)"
	@echo "make test    pasang dan jalankan semua pemeriksaan"
	@echo "make check   hanya gaya dan tipe   make format   rapikan kode"

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Perlu Python 3.11 atau lebih baru; atur PYTHON=... lalu ulangi."; exit 1; }
	$(PYTHON) -m venv .venv
	@grep -A 40 '^uv==' requirements.lock | awk 'NR>1 && /^[a-z]/ {exit} {print}' > .venv/uv.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

run: install
	@$(BIN)/python -m bot run

test: check
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m bot content check

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet -o requirements.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
