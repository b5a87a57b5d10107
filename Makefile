# What can be done here. `make demo` and `make test` need Go and make, nothing else.

# Where the captures are that corpus tests compare other programs' opinions on.
PCAPPIPE_CORPUS ?= ../shared/corpus
# The packages that have such tests.
CORPUS_TESTS = $(sort $(dir $(shell grep -rl --include='*_test.go' '^//go:build corpus' .)))

FUZZTIME ?= 10s
BENCHTIME ?= 1s
# What make bench reads (default: a capture that it makes, of so many MiB) and how often.
CAPTURE ?=
MIB ?= 1024
RUNS ?= 5
AMPLIFY ?= ../shared/tools/amplify

export CGO_ENABLED = 0

.PHONY: build demo test race check gates floors bench bench-page bench-stages pgo peers benches-once fuzz promises corpus docs clean

build: # bin/pcappipe
	go build -o bin/pcappipe ./cmd/pcappipe

demo: build # the main job, on a small capture
	bin/pcappipe testdata/http.pcap

test: # every test that needs Go alone
	go vet ./...
	go test ./...
	go test -tags invariants ./...
	@$(MAKE) --no-print-directory race

# The race detector is the one thing that needs a C compiler.
race:
	@if command -v "$$(CGO_ENABLED=1 go env CC)" >/dev/null; then \
		echo CGO_ENABLED=1 go test -race ./... && CGO_ENABLED=1 go test -race ./...; \
	else \
		echo "no C compiler: the tests are not run under the race detector"; \
	fi

check: # all that a change has to pass; leaves the tree as it was
	@before=$$(git status --porcelain) && \
	$(MAKE) --no-print-directory gates floors test benches-once fuzz && \
	if [ "$$before" != "$$(git status --porcelain)" ]; then git status --short; echo "the checks changed the tree"; exit 1; fi

gates:
	@unformatted=$$(gofmt -l .) && if [ -n "$$unformatted" ]; then echo "not as gofmt has it:"; echo "$$unformatted"; exit 1; fi
	go vet -tags corpus ./...
	go vet -tags promises ./...
	go vet -tags invariants ./...
	@echo go fix -diff ./... && fixes=$$(go fix -diff ./... 2>&1) || true; if [ -n "$$fixes" ]; then echo "$$fixes"; exit 1; fi

floors: # packages import only downwards
	go test -count=1 -v ./internal/floors

bench: build # how fast it is, beside its peers too; writes docs/performance.*
	go build -o bin/bench ./bench/run
	bin/bench --capture "$(CAPTURE)" --mib $(MIB) --runs $(RUNS) --amplify "$(AMPLIFY)" --corpus "$(PCAPPIPE_CORPUS)"

bench-page: # docs/performance.md again, from the figures that there are
	go run ./bench/run --page

bench-stages: # what each package does, in ns and allocations
	go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...

# The compiler inlines more where it is told that time is spent. The profile is
# of BenchmarkRun, on a real capture where PCAPPIPE_BENCH names one.
pgo: # cmd/pcappipe/default.pgo, which go build uses by itself
	go test -trimpath -run '^$$' -bench '^BenchmarkRun$$' -benchtime 3s -cpuprofile default.pgo -o /dev/null ./pipeline
	mv default.pgo cmd/pcappipe/default.pgo

peers: # the programs that make bench compares with, from Debian
	$(if $(filter 0,$(shell id -u)),,sudo) apt-get install -y --no-install-recommends $$(go run ./bench/run --packages)

benches-once:
	go test -run '^$$' -bench . -benchtime 1x ./...

# go's fuzzer sometimes reports its own end of time as a failure of the target;
# a real one writes the failing input.
fuzz: # each target for FUZZTIME; with the captures, if they are there, as seeds
	@set -e; export PCAPPIPE_CORPUS="$(abspath $(wildcard $(PCAPPIPE_CORPUS)))"; log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "go test -fuzz $$target $$package"; \
			if ! go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$package > "$$log" 2>&1; then \
				if grep -q 'Failing input' "$$log" || ! grep -q 'context deadline exceeded' "$$log"; then cat "$$log"; exit 1; fi; \
			fi; \
			tail -n 1 "$$log"; \
		done; \
	done

promises: # what is promised whatever comes: memory, and the same bytes; some minutes, gigabytes that are made as they are read
	PCAPPIPE_CORPUS="$(abspath $(wildcard $(PCAPPIPE_CORPUS)))" go test -tags promises -count=1 -timeout 20m -v ./internal/promises ./pipeline

corpus: # second opinions: needs tshark, tcpdump and the captures; writes docs/correctness.md
	@test -d "$(PCAPPIPE_CORPUS)" || { echo "no captures at $(PCAPPIPE_CORPUS): set PCAPPIPE_CORPUS"; exit 1; }
	@results=$$(mktemp -d); trap 'rm -rf "$$results"' EXIT; status=0; \
	PCAPPIPE_CORPUS="$(abspath $(PCAPPIPE_CORPUS))" PCAPPIPE_RESULTS="$$results" \
		go test -tags corpus -count=1 -timeout 40m -p 1 -v $(CORPUS_TESTS) || status=$$?; \
	go run ./internal/correctness "$$results" && exit $$status

docs: # what is written by the code: docs/records.md, the README's output, the golden summaries
	go run ./internal/docgen
	go test ./cmd/pcappipe -update

clean:
	rm -rf bin
