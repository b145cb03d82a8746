# `make` alone lists the targets. Everything needs Go, git and the module proxy; `make test` also gcc,
# for the race detector.

MODULE  := github.com/aicr-flux/aicr
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X $(MODULE)/internal/cli.version=$(VERSION)
TOOL    := go tool -modfile=tools/go.mod

FUZZTIME ?= 5s
BENCH    ?= .
COUNT    ?= 1
DEMO     ?= demo
EXAMPLE  ?=

# Which scenarios run, and how many side by side: each has a cluster of 1 GiB, and mostly waits.
E2E          ?= .
E2E_PARALLEL ?= 5

# The race detector needs cgo and a C compiler. Without them the tests still run.
CC_FOUND := $(shell command -v "$$(go env CC)" 2>/dev/null)
RACE     := $(if $(CC_FOUND),-race,)

.DEFAULT_GOAL := help
.PHONY: help build install test test-short browser fuzz bench lint fmt vuln generate golden docs man demo e2e e2e-up e2e-down ci image reproducible clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build the static binary bin/aicr
	CGO_ENABLED=0 go build -trimpath -ldflags "$(LDFLAGS)" -o bin/aicr ./cmd/aicr

install: ## Install aicr into GOBIN
	CGO_ENABLED=0 go install -trimpath -ldflags "$(LDFLAGS)" ./cmd/aicr

# The race detector runs the short tests, those that it can find something in; last comes what
# Flux's own client sees.
test: ## Run every test, also under the race detector
	@$(MAKE) --no-print-directory bin/helm || echo "helm cannot be built: what compares with it is skipped"
	AICR_TEST_HELM=$(CURDIR)/bin/helm go test ./...
	@$(if $(RACE),,echo "no C compiler: nothing is run under the race detector")
	$(if $(RACE),CGO_ENABLED=1 GORACE=atexit_sleep_ms=0 go test -race -short ./...)
	cd test/fluxclient && go test ./...

# Helm as its own module builds it: tests hold what we do without it against what it does.
bin/helm: go.mod
	GOBIN=$(CURDIR)/bin go install helm.sh/helm/v4/cmd/helm@$$(go list -m -f '{{.Version}}' helm.sh/helm/v4)
	@touch $@

test-short: ## Run the quick tests only, without the race detector
	go test -short ./...

browser: ## Test pictures and pages in Mermaid, Chromium and axe (npm)
	cd test/browser && npm ci --no-audit --no-fund && go test -count=1 ./...

fuzz: ## Run each fuzzer for FUZZTIME (5s)
	@set -e; for pkg in $$(go list ./...); do \
		for fuzzer in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "$$fuzzer in $$pkg"; \
			go test -run '^$$' -fuzz "^$$fuzzer\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s $$pkg; \
		done; \
	done

bench: ## Run the benchmarks that match BENCH, COUNT times
	go test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) ./...

lint: ## Check style, formatting and tidiness; changes nothing
	@unformatted="$$($(TOOL) gofumpt -l .)"; \
		test -z "$$unformatted" || { echo "not formatted, run make fmt:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	go mod tidy -diff
	cd tools && go mod tidy -diff
	cd test/fluxclient && go mod tidy -diff
	cd test/e2e && go mod tidy -diff
	cd test/browser && go mod tidy -diff
	$(TOOL) golangci-lint run ./...
	cd test/e2e && go tool -modfile=../../tools/go.mod golangci-lint run ./...
	cd test/browser && go tool -modfile=../../tools/go.mod golangci-lint run ./...

fmt: ## Format the Go files
	$(TOOL) gofumpt -w .

vuln: ## Look for known vulnerabilities, online
	$(TOOL) govulncheck ./...

generate: ## Generate what is generated, such as the Flux CRDs
	go generate ./...

golden: ## Write the golden files anew; read the diff before you commit
	UPDATE_GOLDEN=1 go test ./...

docs: generate ## Write the generated documentation anew
	UPDATE_DOCS=1 go test -run 'Docs' ./internal/cli/...

man: ## Write the manual pages into man/
	@go run ./internal/cli/cmd/man man $(VERSION) $$(git log -1 --format=%ct)

demo: build ## Make an example bundle in demo/, show it and prove it
	@hack/demo.sh bin/aicr "$(DEMO)" "$(EXAMPLE)"

e2e: ## Run bundles on real Flux; see docs/contributing/e2e.md
	cd test/e2e && go test -count=1 ./cluster
	@mkdir -p dist
	cd test/e2e && E2E_RESULTS=$(CURDIR)/dist/e2e.md go test -count=1 -timeout 60m -parallel $(E2E_PARALLEL) -run '$(E2E)'

e2e-up: ## Leave a cluster with Flux running, and say how to reach it
	@cd test/e2e && go run ./cmd/cluster up

e2e-down: ## End the cluster of e2e-up
	@cd test/e2e && go run ./cmd/cluster down

ci: test lint ## What a change must pass

image: ## Build the container image aicr:VERSION, with docker
	CGO_ENABLED=0 GOOS=linux go build -trimpath -ldflags "$(LDFLAGS)" -o dist/image/linux/$$(go env GOARCH)/aicr ./cmd/aicr
	docker buildx build --load --platform linux/$$(go env GOARCH) -f Dockerfile -t aicr:$(VERSION) dist/image

reproducible: ## Prove that two builds give the same bytes (slow)
	@hack/reproducible.sh

clean: ## Remove what the targets above leave behind
	rm -rf bin demo dist man
