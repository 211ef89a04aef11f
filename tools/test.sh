#!/usr/bin/env bash
# make test: what judges every change, from a bare clone; tools/test_full.sh is
# what an issue is closed with. One group alone:
# tools/ctest.sh release -R core_tests
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build
tools/fetch_corpus.sh build/corpus-packages >build/corpus-fetch.log 2>&1 &
fetch=$!
tools/setup.sh
tools/build.sh release
wait "$fetch" || cat build/corpus-fetch.log >&2
tools/ctest.sh release -LE full
# The torch-free core is C++ to the other compiler as well, and keeps to its memory;
# test_full.sh has both of the rest.
tools/build.sh gcc-core moestro_core moestro_corpus
tools/build.sh asan-ubsan core_tests fuzz_targets
tools/ctest.sh asan-ubsan -R core_tests
tools/fuzz.sh 5
