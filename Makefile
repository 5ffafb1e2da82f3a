# Parley's commands. `make` alone lists them; the two that matter are `make run` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
SECONDS_EACH := $(or $(SECONDS),60)
SWIFT_SOURCES := $(wildcard Sources Tests Benchmarks) Package.swift
.PHONY: help run test bench interop format lint fuzz toolchain

help: ## List these commands
	@printf 'Parley: video meetings, calls and webinars on your own server.\n\n'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile
	@printf '\nConfiguration: .env (every key is explained in .env.example). More: README.md.\n'

run: toolchain ## Install what is missing, build, and serve http://localhost:3010
	@scripts/packages.sh build
	swift build -c release --product parley
	@exec .build/release/parley serve

test: toolchain ## Install what is missing, build, and run every test
	@scripts/packages.sh build test
	@scripts/venv.sh
	swift build -c release --build-tests
	@.venv/bin/python scripts/test.py $(ONLY)

bench: toolchain ## Measure what docs/performance.md claims
	@scripts/packages.sh build test bench
	@scripts/venv.sh
	swift build -c release
	@.venv/bin/python scripts/bench.py $(ONLY)

interop: toolchain ## Try every client of docs/interop.md and write its table
	@scripts/packages.sh build test
	@scripts/venv.sh
	swift build -c release --product parley
	@.venv/bin/python scripts/interop.py

format: toolchain ## Rewrite the Swift sources in the project's format
	swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

lint: toolchain ## Check format and client types, and list what is larger than we aim for
	swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)
	tsc -p tsconfig.json
	@python3 scripts/sizes.py

fuzz: toolchain ## Replay kept crash inputs, then run each fuzz target (SECONDS=60 each)
	@scripts/packages.sh build
	@scripts/fuzz.sh $(SECONDS_EACH)

toolchain:
	@command -v swift >/dev/null || { \
	  echo 'Swift 6.2 or later is needed and `swift` is not in PATH: see https://www.swift.org/install/linux/'; exit 1; }
