# Every target does all its own set-up; a second call does nothing.
.PHONY: demo build test test-full test-asan stress scenarios check format docs fuzz bench bench-engines calibrate-stats plots pictures setup core test-gcc clean
STEPS ?= 3000
EFFORT ?= 1
# of fuzzing, for each target
SECONDS ?= 60

build: setup
	@tools/build.sh release moestro moestro_cli

demo:
	@tools/demo.sh $(STEPS)

test:
	@tools/test.sh

test-full:
	@tools/test_full.sh

check: setup
	@tools/check.sh

format: setup
	@tools/format.sh

docs: setup
	@tools/docs.sh

fuzz: setup
	@tools/fuzz.sh $(SECONDS) $(TARGETS)

bench: setup
	@tools/bench.sh

bench-engines: setup
	@tools/bench_engines.sh

plots: setup
	@tools/peers.sh && .venv-bench/bin/python benchmarks/engines/plots.py docs/images

# What alarms and causes look like, for the docs.
pictures: setup
	@tools/pictures.sh

calibrate-stats: setup
	@tools/build.sh core calibrate_stats && build/core/tests/calibrate_stats $(EFFORT)

core: setup
	@tools/build.sh core

# Every fault, two hundred kills, four hundred disks.
stress: setup
	@tools/build.sh release && tools/ctest.sh release -R 'cli_full_(faults|crashes|damaged_stores)'

# Every fault and every healthy control, twice; docs/scenarios.md.
scenarios: setup
	@tools/build.sh release && build/moestro lab scenario run all --seeds $(or $(SEEDS),2)

# The program from outside, with every check of addresses and of behaviour.
test-asan: setup
	@tools/build.sh asan-ubsan && tools/ctest.sh asan-ubsan -LE full

test-gcc: setup
	@tools/build.sh gcc && tools/ctest.sh gcc -R '_tests(_[12])?$$'

setup:
	@tools/setup.sh

clean:
	rm -rf build
