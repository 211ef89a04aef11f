#!/usr/bin/env bash
# make test-full: all that is too slow for every change. A part that fails does not
# keep the others from being run.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=()

part() {
  local name=$1 start=$SECONDS
  shift
  printf '\n== %s (after %d s)\n' "$name" "$SECONDS"
  if "$@"; then
    printf '== %s: fine (%d s)\n' "$name" $((SECONDS - start))
  else
    printf '== %s: FAILED (%d s)\n' "$name" $((SECONDS - start))
    failed+=("$name")
  fi
}

# built PRESET TARGETS TESTS: builds the targets, then runs those tests.
built() {
  # shellcheck disable=SC2086
  tools/build.sh "$1" $2 && tools/ctest.sh "$1" -R "$3"
}

part "the quick tier" tools/test.sh
part "everything of the release build" tools/ctest.sh release -L full
part "threads" built tsan core_tests core_tests
part "libtorch's side, addresses and undefined behaviour" \
  built asan-ubsan "torch_tests train_tests" '(torch|train)_tests$'
part "the other compiler" built gcc all '_tests(_[12])?$'
part "fuzzing" tools/fuzz.sh 120
part "lint at the whole profile" tools/check.sh --all
part "another user, an empty environment" tools/test_clean_user.sh
printf '\n  all of it took %d min\n' $((SECONDS / 60))
if [ "${#failed[@]}" -gt 0 ]; then
  printf '  FAILED: %s\n' "${failed[@]}"
  exit 1
fi
