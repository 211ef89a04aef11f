#!/usr/bin/env bash
# Configures and builds one preset; the release build leaves build/moestro.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true
log=build/$preset.log
mkdir -p build
export CCACHE_DIR=${CCACHE_DIR:-$PWD/build/ccache}

if ! cmake --preset "$preset" "$@" >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "configuring failed; all of it: $log" >&2
  exit 1
fi
start=$SECONDS
if ! NINJA_STATUS='[%f/%t] ' cmake --build "build/$preset" >>"$log" 2>&1; then
  grep -E 'error|FAILED' "$log" | head -n 20 >&2
  echo "the build failed; all of it: $log" >&2
  exit 1
fi
printf '  build: %s is ready (%d s)\n' "$preset" $((SECONDS - start)) >&2
if [ "$preset" = release ]; then
  ln -sfn release/cli/moestro build/moestro
fi
