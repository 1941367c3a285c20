# Koutu: `make run` starts it, `make test` tries everything. Both set up what they need on a bare clone.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.SILENT:
.DEFAULT_GOAL := help

PY := .venv/bin/python
export PYTHONPATH := $(CURDIR):$(CURDIR)/platform
# Real footage, where somebody has put it beside the checkout (docs/samples.md).
ifndef KOUTU_SAMPLES
ifneq ($(wildcard ../shared/data),)
export KOUTU_SAMPLES := $(abspath ../shared/data)
endif
endif

.PHONY: help setup run test lint unit postgres browser drills bench build lock

help: ## This list
	grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## Python, npm packages and the front end, from the locks
	tools/setup.sh

build: setup ## The same; the front end is built where its sources changed

run: setup ## Start Koutu here: http://localhost:8000 (PORT, KOUTU_DATA, KOUTU_ADMIN_PASSWORD)
	exec $(PY) manage.py up

# Budget on two cores: lint 2, unit 5, both databases 6, browser 6, drills 3 minutes.
test: ## Everything: lint, front end, SQLite, PostgreSQL, Valkey, Chromium, kill -9
	tools/setup.sh test
	$(PY) tools/run_tests.py lint unit postgres browser drills

lint: ## Style, types, layers, sizes
	tools/setup.sh
	$(PY) tools/run_tests.py lint

unit postgres browser: ## One part of the tests
	tools/setup.sh test
	$(PY) tools/run_tests.py $@

lock: setup ## requirements.lock anew from pyproject.toml
	.venv/bin/uv pip compile pyproject.toml --universal --all-extras --generate-hashes --no-header -q -o requirements.lock
	# torch and what only its CUDA build brings are torch.lock's.
	awk '/^[a-z]/ { theirs = /^(torch=|triton=|nvidia-|cuda-)/ } !theirs' requirements.lock >.make/lock && mv .make/lock requirements.lock

drills: ## kill -9, the long way: every broker, more kills
	tools/setup.sh
	$(PY) tools/run_tests.py long_drills

bench: ## Every figure anew, written to docs/benchmarks.md
	tools/setup.sh test
	$(PY) -m bench --all
