# Every target is one or two lines; what they do is in the programs they call. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup setup-test setup-npm run test proofs serve site lint unit coverage mutants bigquery-check infra-check sbom audit docs focus report backfill bench bench-savings bench-api bench-door bench-dashboards bench-pages format lock clean migrate-deploy migrate-validate migrate-archive migrate-cutover migrate-drop migrate-rollback erase retention metabase-plan metabase-apply metabase-prune metabase-export metabase-real
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# These need more than a user does.
test proofs lint unit coverage mutants bigquery-check infra-check audit bench bench-savings bench-api bench-door bench-dashboards bench-pages metabase-real format: export PATH := $(CURDIR)/.venv-test/bin:$(PATH)
# Images like to forbid Python to keep what it has compiled; each of the many programs here would compile thousands of modules
# again, which is half of what starting one costs.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv, what a user needs; with BigQuery's packages if WAREHOUSE says so (costs nothing when it is there)
	@bin/setup

setup-test: ## make .venv-test, what tests and linters need on top
	@bin/setup test

setup-npm: ## what tests take from npm and Debian: validators, axe-core, a browser, promtool; says so where one is missing
	@bin/npm && bin/chromium && bin/promtool

run: setup ## extract, build, test the data, publish, print a summary; sandbox data without credentials
	@bin/run

test: setup setup-test setup-npm ## everything CI runs: lint, dbt build on sandbox data, the BigQuery proof, pytest
	@bin/check

proofs: setup setup-test ## what only a night can afford: whole emulator, 1,000 days, long properties, mutants
	@bin/proofs

serve: setup ## the API on port 8000, over what was published last (docs/api.md)
	@python -m serving api

site: setup ## the boards as a folder of pages that can be sent: data/site [ARGS='--organization acme --out …']
	@python -m serving site $(ARGS)

bench-dashboards: setup-test ## how long every card takes to answer [BENCH_PEOPLE=2000 BENCH_DAYS=365] [ARGS="--times 34"]
	@python -m benchmarks.dashboards $(ARGS)

bench-pages: setup-test ## boards in a real browser, one viewer and twenty [ARGS='--viewers 5']
	@python -m benchmarks.pages $(ARGS)

lint: setup-test ## ruff, mypy --strict, import-linter, sqlfluff, dbt-bouncer
	@bin/lint

unit: setup-test ## the fast Python tests only
	@pytest tests/unit tests/repository

coverage: setup setup-test ## the tests, and which share of the Python that users run they ran (at least 80 %)
	@python bin/covered.py

mutants: setup-test ## plant known faults, each of which a test must find (tests/mutants) [ARGS='--area api']
	@python -m tests.mutants $(ARGS)

bigquery-check: setup-test ## prove the whole BigQuery path without an account
	@python -m tests.bigquery

infra-check: setup-test setup-npm ## Terraform without an account: language, format, the provider's schema, references, our own rules
	@python -m tests.infrastructure

sbom: ## what the image holds, as CycloneDX: data/sbom.cdx.json
	@python3 bin/sbom.py requirements-bigquery.lock data/sbom.cdx.json

audit: setup-test ## known holes in what the locks name; asks a database on the internet
	@bin/audit

docs: setup ## dbt's documentation as one page: target/static_index.html
	@bin/with-settings sh -c 'dbt docs generate --static && echo "docs: $${DBT_TARGET_PATH:-target}/static_index.html"'

focus: setup ## FOCUS 1.2 files of the published ledger, per month, as Parquet and CSV: data/focus/current
	@python -m serving focus

report: setup ## the executive report as one page, CSV and JSON: [MONTH=2026-10] [ORGANIZATION=…] (docs/reports.md)
	@python -m serving report $(if $(MONTH),--month "$(MONTH)") $(if $(ORGANIZATION),--organization "$(ORGANIZATION)")

backfill: setup ## load history before what is there, checked before it is merged, and build: [SINCE=2025-01-01] [SOURCES=github,dev_events]
	@bin/run backfill

bench-savings: setup-test ## routing savings beside PostgreSQL, where it is installed: [BENCH_TASKS=1000000]
	@python -m benchmarks.savings

bench: setup-test ## speed and memory as ratios: [BENCH_PEOPLE=2000 BENCH_DAYS=365]
	@python -m benchmarks

bench-api: setup-test ## 1,000 clients at the API while snapshots are swapped: latency, errors, memory [ARGS='--clients 100']
	@python -m benchmarks.api $(ARGS)

bench-door: setup-test ## slow readers, half requests, floods of headers and event streams: what they cost others [ARGS='--seconds 5']
	@python -m benchmarks.door $(ARGS)

metabase-plan: setup ## what differs between Metabase and the boards; writes nothing (docs/metabase.md)
	@python -m dashboards plan

metabase-apply: setup ## bring Metabase to what the boards say
	@python -m dashboards apply

metabase-prune: setup ## put what boards no longer say into Metabase's trash
	@python -m dashboards prune

metabase-export: setup ## the boards as Metabase's own files: data/metabase
	@python -m dashboards export

metabase-real: setup-test ## all of that against a real Metabase in Docker, of last night's snapshot (needs Docker and the internet)
	@python -m tests.metabase

erase: setup ## do the erasures of people that wait: replace, rebuild, publish, certify (docs/privacy.md)
	@python -m privacy erase

retention: setup ## delete task rows older than their organisation keeps them (docs/privacy.md)
	@python -m privacy retention

migrate-deploy: setup ## phase 1 of leaving the predecessor: check both sides (docs/migration.md) [ARGS=--dry-run]
	@python -m migration deploy $(ARGS)

migrate-validate: setup ## phase 2: explain every difference, day by day [ARGS=--tolerance 0.0001]
	@python -m migration validate $(ARGS)

migrate-archive: setup ## phase 3: copy the old tables, kept 30 days
	@python -m migration archive $(ARGS)

migrate-cutover: setup ## phase 4: old names become views on the new figures
	@python -m migration cutover $(ARGS)

migrate-drop: setup ## phase 5: drop the old tables [ARGS=--expired: archives]
	@python -m migration drop $(ARGS)

migrate-rollback: setup ## undo the last phase [ARGS='--to nothing': all of them]
	@python -m migration rollback $(ARGS)

format: setup-test ## rewrite Python and SQL as CONTRIBUTING.md wants it
	@ruff check --fix . && ruff format . && sqlfluff fix --disable-progress-bar dbt_project macros tests/dbt

lock: ## resolve each requirements*.in anew into its lock (recipe: CONTRIBUTING.md)
	@bin/lock

clean: ## remove what runs made, where the settings say; refuses without CONFIRM=sandbox or CONFIRM=vendors
	@CONFIRM="$(CONFIRM)" bin/clean
