# The commands of Lotsen. Only Python 3.11 or newer and make are needed; everything else is set up in .venv and var.
#
#   make demo         all of it on this machine, with a made-up city (PORT=8001 for another port)
#   make demo-reset   the same, from the beginning: the embedded database is thrown away
#   make test         all tests
#   make check        format, lint, direction of imports, types, texts
#   make format       puts the code in order
#   make bench        requests per second and waiting times, with 100,000 people and 1,000,000 visits
#   make bench-planning   published routing problems against OR-Tools and PyVRP (ARGS: files and options)
#   make bench-matching   the weekly round on a city's lists, beside what people do without a plan
#   make chaos        workers killed and the database restarted while 1,000 messages are sent; 10,000 through a bad network
#   make bench-messages   how long until a message is with the provider, at ten times the usual load
#   make pictures     the pictures of the guides, in docs/pictures
#   make .venv        only the environment
#   make clean        removes what can be made again; keeps the data

PY := .venv/bin/python
PORT ?= 8000
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help .venv demo demo-reset test check format bench bench-planning bench-matching pictures clean

help:
	@sed -n 's/^#   //p' Makefile

.venv:
	@.ci/venv

demo: .venv
	@exec $(PY) manage.py demo --port $(PORT)

demo-reset: .venv
	@exec $(PY) manage.py demo --port $(PORT) --reset

test: .venv
	@$(PY) -m pytest -n $(JOBS) --dist loadfile $(ARGS)

check: .venv
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -c "from importlinter.cli import lint_imports_command as run; run()" --no-logo
	@$(PY) -m mypy
	@$(PY) manage.py check
	@$(PY) manage.py makemigrations --check --dry-run
	@$(PY) manage.py texts --check

format: .venv
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format .

pictures: .venv
	@$(PY) -m tests.pictures $(ARGS)

bench: .venv
	@$(PY) -m tests.bench.web $(ARGS)

bench-messages: .venv
	@$(PY) -m tests.bench.messages $(ARGS)

chaos: .venv
	@$(PY) -m tests.bench.chaos --messages 1000 --kills 100 --restarts 2
	@$(PY) -m tests.bench.chaos --messages 200 --kills 30 --restarts 0 --order mark-first
	@$(PY) -m tests.bench.chaos --messages 200 --kills 30 --restarts 0 --order send-first
	@$(PY) -m tests.bench.silence --messages 10000
	@$(PY) -m tests.bench.silence --messages 1000 --unprotected

SHARED := $(or $(LOTSEN_SHARED),../shared)
INSTANCES := $(wildcard $(SHARED)/instances/pvrp/*.txt $(SHARED)/instances/pvrptw/p* $(SHARED)/instances/vrptw/*.txt)

bench-planning: .venv
	@$(PY) -m touring.planning.benchmark $(or $(ARGS),$(INSTANCES) --seconds 60 --seed 1 --workers 2 --against ortools,pyvrp)

bench-matching: .venv
	@$(PY) -m tests.bench.matching $(or $(ARGS),--seconds 10)
	@$(PY) -m tests.bench.matching $(or $(ARGS),--seconds 20 --people 100)
	@$(PY) -m tests.bench.matching $(or $(ARGS),--seconds 120 --large)

clean:
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis var/static var/static-build var/fonts
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +
