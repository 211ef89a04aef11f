#!/usr/bin/env bash
# Formats every C++ source in place.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files -co --exclude-standard '*.h' '*.cpp' |
  while IFS= read -r file; do [ ! -e "$file" ] || printf "%s\n" "$file"; done |
  xargs clang-format-19 -i
