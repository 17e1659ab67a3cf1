# Everything a person does with a clone. Each target first sees to the system packages it needs.
PREFIX ?= $(HOME)/.local
SWIFT ?= swift
SOURCES = Package.swift Sources Rewards Tests Benchmarks Plugins Examples

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: demo test example lint format bench install clean help packages

demo: packages  ## Build apus and watch a small model learn to reason (Recipes/quickstart.yaml)
	$(SWIFT) build -c release --product apus
	.build/release/apus train Recipes/quickstart.yaml

# Nothing here imports with @testable, and without that flag the tests share the program's build.
test: lint  ## Check format and layering, then run all tests (one release build)
	SWIFT="$(SWIFT)" .ci/run-tests -c release --disable-testable-imports
	$(MAKE) example

# As somebody else's package sees the library: by itself, from outside.
example: packages  ## Build and run the example of using Rewards alone, and compare what it prints
	$(SWIFT) run -c release --package-path Examples/RewardsExample --scratch-path .build/example >.build/example.txt
	diff Examples/RewardsExample/expected.txt .build/example.txt

# What needs more than this machine allows is left out by name, and counted at the end.
faults: packages  ## Kill, stop, cut and starve real runs; long forms of what `make test` does of it
	@mkdir -p .build && : >.build/faults-skipped
	@status=0; APUS_FAULTS=all APUS_FAULTS_SKIPPED="$(CURDIR)/.build/faults-skipped" \
	  SWIFT="$(SWIFT)" .ci/run-tests -c release --disable-testable-imports --filter Faults || status=$$?; \
	cat .build/faults-skipped; echo "stories skipped: $$(wc -l <.build/faults-skipped)"; exit $$status

lint: packages  ## Check format and layering; change nothing
	$(SWIFT) format lint --strict --recursive $(SOURCES)
	SWIFT="$(SWIFT)" .ci/check-layering

format: packages  ## Rewrite all sources in the house format
	$(SWIFT) format --in-place --recursive $(SOURCES)

bench: packages  ## Measure against peers, see Benchmarks/README.md (ONLY=generate for one group)
	Benchmarks/run $(ONLY)

install: packages  ## Build apus and copy it to ~/.local/bin, or to PREFIX/bin
	$(SWIFT) build -c release --product apus
	install -d $(PREFIX)/bin
	install -m 755 .build/release/apus $(PREFIX)/bin/apus

clean:  ## Remove what was built
	rm -rf .build

packages:
	@SWIFT="$(SWIFT)" .ci/install-packages

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile
