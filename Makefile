# The verbs of this repository. `make check` before you push; `make test` for everything.

FUZZTIME ?= 30s
GOLANGCI_LINT = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: help check test compose race fuzz bench update lint ready format

help: ## what there is
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile

check: format ## before you push: format, vet, staticcheck, tidy, tests; needs nothing but Go
	go vet ./...
	go tool staticcheck -tags django,compose ./...
	go mod tidy -diff
	go test ./...

test: ready ## everything, nothing skipped: installs what the tests talk to, Django, Docker and Chromium included
	@test -z "$$(gofmt -l .)" || { echo "not formatted, run gofmt -w:"; gofmt -l .; exit 1; }
	go vet -tags django,compose ./...
	go test -race -timeout 20m -tags django,compose ./...

compose: ready ## the stack of docker-compose.yml: up, its tests, a browser's included, down again
	go test -count 1 -timeout 20m -tags compose ./cmd/edgecase

ready:
	.ci/install
	.ci/docker
	.ci/images

race: ## the tests under the race detector, in random order
	go test -race -shuffle=on ./...

fuzz: ## every fuzz target for FUZZTIME (30s)
	@set -e; status=0; packages=$$(go list ./...); for p in $$packages; do \
		tests=$$(go test -list '^Fuzz' $$p); \
		for f in $$(echo "$$tests" | grep '^Fuzz' || true); do \
			echo "$$p $$f"; \
			go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$p || status=1; \
		done; \
	done; exit $$status

bench: ## ten runs of every benchmark, held against the last run (bench.out)
	@go test -run '^$$' -bench . -benchmem -count 10 ./... > bench.new.out || { cat bench.new.out; exit 1; }
	@go tool benchstat $$(test ! -f bench.out || echo bench.out) bench.new.out
	@mv bench.new.out bench.out

update: ## rewrite the golden files; review the difference like code
	go test $$(grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -n 1 dirname | sort -u) -update

lint: ## golangci-lint and known vulnerabilities
	go run $(GOLANGCI_LINT) run ./...
	go tool govulncheck ./...

format:
	@test -z "$$(gofmt -l .)" || { echo "not formatted, run gofmt -w:"; gofmt -l .; exit 1; }
	@test -z "$$(go tool goimports -l .)" || { echo "imports, run go tool goimports -w:"; go tool goimports -l .; exit 1; }
