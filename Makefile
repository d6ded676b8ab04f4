# Loket. `make help` lists the targets.
SHELL := /bin/bash
VENV ?= .venv
PY := $(VENV)/bin/python
BIN := $(VENV)/bin
PEERS := tests/bench/peers

.DEFAULT_GOAL := help
.PHONY: help setup system system-failover demo demo-check check-counter check-central simulate mutate failover test test-fast chaos soak lint bench bench-peers bench-load capacity record lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: requirements.lock setup.cfg
	python3 -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

web/translations/en/LC_MESSAGES/messages.mo: web/translations/en/LC_MESSAGES/messages.po $(VENV)/.installed
	$(BIN)/pybabel --quiet compile --directory web/translations

setup: $(VENV)/.installed web/translations/en/LC_MESSAGES/messages.mo ## make the virtual environment and the translations

system: ## install chromium, PostgreSQL, iproute2, nftables and faketime, where missing and permitted
	@deploy/system-packages

demo: setup ## run the centre, three kelurahan and a control page with a switch per line
	$(PY) -m demo

demo-check: setup ## play the story of an outage headless; ends with "N passed, N failed"
	$(PY) -m demo.check

check-counter: setup system ## the counter and the portal in a real browser; ends with "N passed, N failed"
	PYTHONHASHSEED=0 $(PY) -m tests.browser.check counter $(ONLY)

check-central: setup system ## the officer's, admin's and auditor's day in a real browser, on PostgreSQL; ends with "N passed, N failed"
	PYTHONHASHSEED=0 $(PY) -m tests.browser.check centre $(ONLY)

test: setup system ## the whole suite, under ten minutes
	$(PY) -m pytest tests/unit tests/property -n 2 -q
	PYTHONHASHSEED=0 $(PY) -m pytest tests/integration tests/simulation tests/browser tests/chaos tests/line -n 2 -q

test-fast: setup ## unit and property tests only, under a minute
	$(PY) -m pytest tests/unit tests/property -n 2 -q

SEEDS ?= 1..200
simulate: setup ## live through seeded stories of faults: make simulate SEEDS=1..200
	PYTHONHASHSEED=0 $(PY) -m tests.simulation $(SEEDS)

mutate: setup ## prove that the simulation can fail: the engine without each of its guards
	for guard in chain-check context watermark fsync dedupe; do \
	    PYTHONHASHSEED=0 $(PY) -m tests.simulation $(SEEDS) --without $$guard --no-shrink || exit 1; \
	done

MINUTES ?= 10
chaos: setup system ## real processes under random faults: make chaos MINUTES=10 SEED=7
	PYTHONHASHSEED=0 $(PY) -m tests.chaos --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

system-failover:
	@deploy/system-packages failover

failover: setup system-failover ## lose the database's primary in the middle of ingest; make failover WITHOUT=synchronous
	$(PY) -m tests.failover $(if $(WITHOUT),--without $(WITHOUT))

soak: setup system-failover ## the long runs, the hour under faults among them (LOKET_CHAOS_MINUTES)
	LOKET_EXAMPLES=10000 $(PY) -m pytest tests/property/sync/test_merge_laws.py -n 2 -q
	$(PY) -m pytest -m soak -q

lint: setup ## ruff, mypy, import contract, systemd units
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy crypto sync registration vault web edge_node central load demo loket.py
	$(BIN)/lint-imports
	deploy/verify-units

bench: setup system ## measure beside the physical limit; writes build/bench.json
	$(PY) -m tests.bench

bench-load: setup system ## the centre under overload, herd and flood; adds to build/bench.json
	$(PY) -m tests.bench.load_bench

capacity: setup system ## what a city, a province and the country need, from measured costs
	$(PY) -m tests.bench costs
	$(PY) -m tests.capacity

build/peers/morango/.installed: $(PEERS)/requirements.txt
	python3 -m venv build/peers/morango
	build/peers/morango/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

build/peers/pouchdb/.installed: $(PEERS)/package.json $(PEERS)/package-lock.json
	mkdir -p build/peers/pouchdb
	cp $^ build/peers/pouchdb/
	cd build/peers/pouchdb && npm ci --silent
	touch $@

bench-peers: setup build/peers/morango/.installed build/peers/pouchdb/.installed ## measure beside Morango and PouchDB
	$(PY) -m tests.bench.peers

record: setup ## record this version's traffic for later versions to replay; once, at a release
	$(PY) -m tests.recorded.make

lock: $(VENV)/.installed ## renew requirements.lock
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --output-file requirements.lock requirements-dev.in

clean: ## remove what was built
	rm -rf $(VENV) build *.egg-info
