#!/usr/bin/env bash
# Feeds made-up input to every reader of foreign bytes: tools/fuzz.sh SECONDS
# [TARGET...], so long each. What was found before stays in build/fuzz/TARGET and is
# built upon; an input that breaks something is left in build/fuzz/crash-*.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5}
shift || true
targets=("$@")
folder=build/asan-ubsan/tests/fuzz
if [ "${#targets[@]}" = 0 ]; then
  for path in tests/fuzz/*_fuzz.cpp; do
    targets+=("$(basename "$path" _fuzz.cpp)")
  done
fi
tools/build.sh asan-ubsan fuzz_targets

fuzz() {
  local target=$1
  local log=build/fuzz/$target.log
  mkdir -p "build/fuzz/$target"
  # What is refused says so on stderr; only libFuzzer's own lines matter.
  if ! ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 \
    "$folder/${target}_fuzz" -max_total_time="$seconds" -timeout=20 \
    -rss_limit_mb=4096 -malloc_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix=build/fuzz/crash-"$target"- \
    "build/fuzz/$target" "tests/fuzz/seeds/$target" >"$log" 2>&1; then
    tail -n 40 "$log"
    echo "  fuzz: $target FAILED; all of it: $log" >&2
    return 1
  fi
  printf '  fuzz: %-10s %8s inputs, fine\n' "$target" \
    "$(sed -n 's/stat::number_of_executed_units: *//p' "$log")"
}
export -f fuzz
export folder seconds

printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'fuzz {}'
