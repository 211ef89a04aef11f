#!/usr/bin/env bash
# make test-full: all that is too slow for every change.
set -euo pipefail
cd "$(dirname "$0")/.."
start=$SECONDS
part() { printf '\n== %s (%d s)\n' "$1" $((SECONDS - start)); }

part "make test"
tools/test.sh
part "everything of the release build"
tools/ctest.sh release -L full
part "threads"
tools/build.sh tsan core_tests
tools/ctest.sh tsan -R core_tests
part "training under address and undefined-behaviour checks"
tools/build.sh asan-ubsan train_tests
tools/ctest.sh asan-ubsan -R train_tests
part "the other compiler"
tools/build.sh gcc
tools/ctest.sh gcc -R '_tests'
part "fuzzing"
tools/fuzz.sh 120
part "lint at the whole profile"
tools/check.sh --all
part "another user, an empty environment"
tools/test_clean_user.sh
printf '\n  all of it took %d min\n' $(((SECONDS - start) / 60))
