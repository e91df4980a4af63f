# Each target is complete from a fresh clone: it needs Python 3.11 or later with venv, and make.
PYTHON ?= python3
RUN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench soak build deploy deploy-local clean

help: ## What there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready .ministack/.ready ## .venv with everything, .ministack with the embedded AWS

.venv/.ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Its own environment: functions that run in it must not find our packages by luck.
.ministack/.ready: requirements/ministack.txt
	$(PYTHON) -m venv .ministack
	.ministack/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/ministack.txt
	@touch $@

# AWS SAM, with the runtime interface emulator in it, and checkov: each in its own environment, since they pin what we use.
.sam/.ready .checkov/.ready: .%/.ready: requirements/%.txt
	$(PYTHON) -m venv .$*
	.$*/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/$*.txt
	@touch $@

# The language server that `changebridge editor` is tested over. Without npm its tests are skipped, and say so.
ifneq ($(shell command -v npm),)
EDITOR_SERVER := tests/editor/node_modules/.ready
endif

tests/editor/node_modules/.ready: tests/editor/package-lock.json
	npm ci --prefix tests/editor --no-audit --no-fund --loglevel=error
	@touch $@

demo: setup ## Real changes to real subscribers on an embedded AWS, in under a minute
	$(RUN)/changebridge demo

test: setup .sam/.ready $(EDITOR_SERVER) ## All tests: units, laws, end to end
	$(RUN)/python -m pytest -n 3 --dist loadfile --cov --cov-report=term
	$(RUN)/python tests/coverage_gate.py

check: setup .sam/.ready .checkov/.ready ## Formatting, linting, strict typing, structure, the template, and the sample project's own rules
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/python -m pytest -q tests/test_architecture.py
	$(RUN)/changebridge lint
	$(RUN)/changebridge test
	$(RUN)/python infra/generate.py --check
	$(RUN)/cfn-lint infra/template.yaml
	SAM_CLI_TELEMETRY=0 .sam/bin/sam validate --lint --region us-east-1 --template-file infra/template.yaml
	.checkov/bin/checkov --framework cloudformation --file infra/template.yaml --compact --quiet --skip-download

# The peer on Node. Without npm it is left out, and the results say so.
ifneq ($(shell command -v npm),)
BENCH_PEER := benchmarks/node/node_modules/.ready
endif

benchmarks/node/node_modules/.ready: benchmarks/node/package-lock.json
	npm ci --prefix benchmarks/node --no-audit --no-fund --loglevel=error
	@touch $@

bench: setup $(BENCH_PEER) ## The bridge beside what people write, a peer and the floor: benchmarks/RESULTS.md, about 7 minutes
	$(RUN)/python -m benchmarks.run

# Seeds 2,000 and 160 and on: `make test` has those before. About 20 minutes each on two cores.
SOAK ?= 200000
WIRE ?= 20000
FUZZ ?= 10000000
soak: setup ## 200,000 simulated schedules of faults, 20,000 over the wire, 10,000,000 fuzzed inputs; each failure names the seed that reproduces it
	$(RUN)/python -m tests.simulation 2000 $$((2000 + $(SOAK)))
	$(RUN)/python -m tests.faults 160 $$((160 + $(WIRE)))
	$(RUN)/python -m tests.fuzz $(FUZZ)

# What `build` and `deploy` are for; `make deploy STACK=shop PARAMETERS="Stage=prod BatchSize=500"`.
STACK ?= changebridge
RUNTIME ?= python3.13
ARCH ?= arm64
PARAMETERS ?=

build: setup ## The Lambda artifact, build/function.zip
	$(RUN)/changebridge build --runtime $(RUNTIME) --arch $(ARCH) --out build/function.zip

deploy: .sam/.ready check build ## To your AWS account, with SAM (see infra/README.md)
	$(RUN)/python -m infra.deploy $(STACK) Runtime=$(RUNTIME) Architecture=$(ARCH) $(PARAMETERS)

deploy-local: setup ## The same template to an embedded AWS: a change is written, and its event shown
	$(RUN)/python -m infra.local

clean: ## Remove what make made
	rm -rf tests/editor/node_modules benchmarks/node/node_modules .venv .ministack .sam .checkov .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
