# Everything a developer needs, from nothing but Python 3.11 to 3.14 and make (GNU make 3.81 is enough).
# `make` alone prints the list below. scripts/setup.sh finds Python and fills .venv.

.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-deep check clients integration routes bench examples migrate format clean moved

BIN := .venv/bin
STAMP := .venv/.installed
PERSEUS := $(BIN)/perseus
PYTEST := $(BIN)/python -m pytest -n 2

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## create .venv and install Perseus with its development tools

# A virtual environment cannot be moved: when the checkout has been, it is made anew.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
$(STAMP): moved
endif
$(STAMP): pyproject.toml constraints.txt scripts/setup.sh
	@sh scripts/setup.sh

run: setup ## migrate, put the sample shop in, serve on http://127.0.0.1:9000 until Ctrl-C
	@$(PERSEUS) migrate
	@$(PERSEUS) seed
	@$(PERSEUS) serve

demo: setup ## walk through a whole sale, then keep serving (ONCE=1: stop; ENGINES=production: on PostgreSQL, S3, Stripe)
	@$(PERSEUS) demo $(if $(filter-out 0 no false,$(ONCE)),--once) $(if $(ENGINES),--engines $(ENGINES))

test: setup clients ## every test but the long searches (about five minutes on two quiet cores)
	@$(PYTEST) -m "not deep"

test-deep: setup ## long searches, races and crash matrices
	@HYPOTHESIS_PROFILE=deep $(PYTEST) -m deep --timeout=3600

check: setup ## format, lint, types, import contracts, unit tests (about a minute)
	@$(BIN)/ruff format --check --quiet . || { echo "Formatting differs. Run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PYTEST) -m "not deep" tests/unit

clients: ## fetch Medusa's JavaScript client for the tests that drive it (needs Node; without it they are skipped)
	@sh scripts/clients.sh

integration: setup clients ## tests against real engines: SQLite, the HTTP server, two processes
	@$(PYTEST) -m "not deep" tests/integration

bench: setup ## what requests cost on a real server (SECONDS_PER_LINE=3)
	@$(BIN)/python -m benchmarks.run --seconds $(or $(SECONDS_PER_LINE),3)

examples: setup ## write what the shop answers now into the examples of docs/admin.md and of /docs
	@$(BIN)/python -m tests.integration.example_answers >/dev/null

routes: setup ## every endpoint with its method and who may call it
	@$(PERSEUS) routes

migrate: setup ## bring the database (DATABASE_URL) up to date
	@$(PERSEUS) migrate

format: setup ## let ruff rewrite the layout of the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

clean: ## remove .venv and caches; the shop's data in var/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Removed .venv and the caches. The shop's data in var/ was kept."
