# Everything a developer or a CI server runs. Each target sets itself up; see CONTRIBUTING.md.
.DEFAULT_GOAL := help
BENCH ?=
.PHONY: help run test soak bench lint format lock clean

BIN := .venv/bin
PYTEST := $(BIN)/pytest -n 2

help: ## Say what there is to make
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

run: ## Install what is missing and start the server (PORT=8000 HOST=127.0.0.1 WORKERS=1)
	@scripts/bootstrap run
	@$(BIN)/adaptwise serve

test: lint ## Every check and test, in under ten minutes
	$(PYTEST)

soak: lint ## The same tests with far more generated cases
	ADAPTWISE_SOAK=1 $(PYTEST)

bench: ## Measure what a user waits for, and write docs/performance.md (BENCH=questions for one part)
	@scripts/bootstrap dev
	@$(BIN)/python -m pip -qq --disable-pip-version-check install --require-hashes -r requirements-bench.lock || echo "measuring without other engines"
	$(BIN)/python -m benchmarks $(BENCH)

lint: ## Style, types, and Prolog's own checks
	@scripts/bootstrap dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	scripts/check-prolog

format: ## Rewrite the Python files as the checks want them
	@scripts/bootstrap dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: ## Resolve the dependencies of setup.cfg anew
	@scripts/lock

clean: ## Remove everything that is made, except the data in var/
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
