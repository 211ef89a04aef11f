#!/usr/bin/env bash
# Runs the tests of a built preset, side by side where there are processors for
# it; further arguments go to ctest.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
ctest --test-dir "build/$preset" --output-on-failure --parallel "$(nproc)" "$@"
