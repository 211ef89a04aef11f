#!/usr/bin/env bash
# make test: everything that judges a change, from a bare clone. `make test
# ONLY=unit` style selection is ctest's own: tools/ctest.sh release -R core.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build
tools/fetch_corpus.sh build/corpus-packages >build/corpus-fetch.log 2>&1 &
tools/setup.sh
tools/build.sh release -DMOESTRO_TESTS=ON
wait
tools/ctest.sh release
tools/build.sh gcc-core
tools/ctest.sh gcc-core
tools/build.sh asan-ubsan
tools/ctest.sh asan-ubsan -E 'train_tests|cli|docs'
