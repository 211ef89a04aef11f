#!/usr/bin/env bash
# Builds and runs the benchmarks: ratios of interleaved pairs, never bare times.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/build.sh release moestro_bench
build/release/benchmarks/moestro_bench "$@"
