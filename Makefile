# The menu. `make` alone shows it; CI calls the same targets as people do.

PORT ?= 8080
DATA ?= .demo
ENGINE ?= sqlite
ROUNDS ?= 10
SECONDS ?= 12
SEED ?=
SEEDS ?=
STATES ?=
DAYS ?= 0.05
SWIFT_SOURCES = Package.swift Sources Tests

.DEFAULT_GOAL := help
# One thing after another, also under `make -j`: the build takes every core anyway.
.NOTPARALLEL:
.PHONY: help setup build demo docs test pictures test-swift test-app test-simulation test-web test-system simulate waits planted-bugs model-check torture bench
.PHONY: bench-ejabberd bench-cluster bench-large lint format clean

help: ## Show this menu
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing: Debian packages and the Python environment of the tests
	@scripts/setup.sh

build: setup ## Build everything for debugging, tests included; the demo shares it
	swift build --build-tests

demo: setup ## Run everything with seed data (PORT=8080 DATA=.demo)
	swift build --product engawa
	.build/debug/engawa demo --data-dir $(DATA) --port $(PORT)

docs: setup ## Render the reference of the client library into .build/docs
	scripts/docs.sh

test: setup lint test-swift test-app docs test-simulation test-web test-system ## Run every test: lint, Swift, simulation, web models, the whole system in a browser

test-swift: build ## Run the Swift tests, the tidy tests among them
	scripts/test-swift.sh

test-app: ## Build an app with the client library, and look that nothing of the server comes with it
	scripts/test-app.sh

test-web: ## Run the tests of the web models
	scripts/test-web.sh

test-system: build ## Run the tests of the real binary: SDK, sockets, kill -9, Chromium (ARGS="-k story")
	.venv/bin/python -m pytest Tests/system $(ARGS)
	@# The main ways once more over PostgreSQL, unless somebody asked for something particular.
	$(if $(ARGS),,.venv/bin/python -m pytest Tests/system --engine postgres -k "story or open_messaging or kill_nine")

pictures: build ## Make a picture of every state of the messenger, in each language, scheme and size
	.venv/bin/python -m pytest Tests/system/test_messenger_looks.py -q
	@echo "They are in $${TMPDIR:-/tmp}/engawa-artifacts"

test-simulation: ## Run 200 seeds of the simulation, a few minutes of a contact centre each
	$(MAKE) simulate SEEDS=1-200 DAYS=0.005

waits: setup ## How far estimated waits are from true ones, by load (SEED=1 CUSTOMERS=20000)
	swift build --product simulate
	.build/debug/simulate --seed $(or $(SEED),1) --waits $(or $(CUSTOMERS),20000)

simulate: setup ## Days of a contact centre and its faults from a seed (SEED=42 DAYS=2, or SEEDS=1-1000)
	swift build --product simulate
	SIMULATE=.build/debug/simulate scripts/simulate.sh "$(or $(SEEDS),$(or $(SEED),1))" $(DAYS)

planted-bugs: setup ## Plant known bugs in copies of the sources and name the seed that finds each
	scripts/planted-bugs.sh

model-check: setup ## Compare the router with a slow, plain matcher in many random states (STATES=1000000, or STATES=planted)
	scripts/model-check.sh $(STATES)

torture: setup ## Real processes, load and faults, and a count at the end (ENGINE=sqlite ROUNDS=10 SECONDS=12 SEED=)
	swift build --product engawa
	PYTHONPATH=Tests .venv/bin/python -m torture --engine $(ENGINE) --rounds $(ROUNDS) --seconds $(SECONDS) \
		$(if $(SEED),--seed $(SEED))

bench: setup ## Measure a release build; docs/benchmarks.md says how (CASES="way webhook")
	scripts/bench.sh $(CASES)

bench-ejabberd: setup ## Measure ejabberd with PostgreSQL in turns with a release build (ARGS="--visitors 20")
	scripts/bench-ejabberd.sh $(ARGS)

bench-cluster: setup ## Measure the message way with PostgreSQL, at one process and across two (ARGS="--visitors 20")
	scripts/bench-cluster.sh $(ARGS)

bench-large: setup ## Measure a start, history and search with 5 million messages, kept in .bench (ENGINE=sqlite ARGS=)
	swift build --configuration release --product engawa
	.venv/bin/python scripts/bench-large.py --binary .build/release/engawa --engine $(ENGINE) $(ARGS)

lint: ## Check the format of the Swift sources, strictly
	swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)

format: ## Format the Swift sources in place
	swift format format --in-place --parallel --recursive $(SWIFT_SOURCES)

clean: ## Remove what was built and the demo's data
	rm -rf .build .venv .demo .bench
