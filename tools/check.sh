#!/usr/bin/env bash
# make check: layering, names, writers, scripts, format, lint, public headers alone,
# indicators. One line a step; what is wrong follows it. --all lints everything
# whatever was linted before.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0
log=build/check.log
mkdir -p build

step() {
  local name=$1 start=$SECONDS
  shift
  if "$@" >"$log" 2>&1; then
    printf '  check: %-24s fine    %4d s\n' "$name" $((SECONDS - start))
  else
    printf '  check: %-24s FAILED  %4d s\n' "$name" $((SECONDS - start))
    grep -vE 'warnings? generated|Processing file' "$log" | head -n 40
    failed=1
  fi
}

# Files that git does not know yet are judged like the others.
formatted() {
  git ls-files -co --exclude-standard '*.h' '*.cpp' |
    while IFS= read -r file; do [ ! -e "$file" ] || printf '%s\n' "$file"; done |
    xargs clang-format-19 --dry-run -Werror
}

scripts() {
  bash -n tools/*.sh .ci/run
  python3 -m py_compile tools/*.py tests/tools/*.py
  python3 -m unittest discover -s tests/tools -p '*_test.py'
}

# What sees libtorch is read by its precompiled header, the core without one.
linted() {
  cmake --preset lint >/dev/null
  tools/build.sh release moestro_pch
  python3 tools/lint.py "$@"
}

step "layers and includes" python3 tools/check_layers.py
step "names of types" python3 tools/check_types.py
step "writers" python3 tools/check_writers.py
step "scripts" scripts
step "format" formatted
step "lint" linted "$@"
step "public headers alone" tools/build.sh release headers_alone
step "indicators" python3 tools/indicators.py
exit "$failed"
