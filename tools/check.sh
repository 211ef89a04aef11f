#!/usr/bin/env bash
# make check: layering, format, lint of the torch-free core, public headers alone,
# scripts. One line a step; what is wrong follows it.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0
log=build/check.log
mkdir -p build

step() {
  local name=$1
  shift
  if "$@" >"$log" 2>&1; then
    printf '  check: %-28s fine\n' "$name"
  else
    printf '  check: %-28s FAILED\n' "$name"
    grep -vE 'warnings? generated|Processing file' "$log" | head -n 40
    failed=1
  fi
}

formatted() {
  git ls-files '*.h' '*.cpp' | xargs clang-format-19 --dry-run -Werror
}

# Headers are linted through the sources that include them.
linted() {
  {
    git ls-files moestro/{base,stats,record,plan,metrics,control,diagnose,serve}
    printf 'cli/%s.cpp\n' colour command dispatch env main plan plan_text report shell
  } | grep '\.cpp$' |
    xargs -P "$(nproc)" -n 4 clang-tidy-19 -quiet -p build/core
}

scripts() {
  bash -n tools/*.sh .ci/run
  python3 -m py_compile tools/*.py tests/tools/*.py
  python3 -m unittest discover -s tests/tools -p '*_test.py'
}

step "layers and includes" python3 tools/check_layers.py
step "scripts" scripts
step "format" formatted
tools/build.sh core moestro_core >/dev/null
step "lint of the torch-free core" linted
step "public headers alone" tools/build.sh release headers_alone
step "indicators" python3 tools/indicators.py
exit "$failed"
