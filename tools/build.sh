#!/usr/bin/env bash
# Configures one preset and builds it: tools/build.sh PRESET [TARGET...]. The
# release build leaves build/moestro.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true
targets=("${@:-all}")
log=build/$preset.log
mkdir -p build
export CCACHE_DIR=${CCACHE_DIR:-$PWD/build/ccache}

# Where clang is not installable, g++ builds everything as well.
compiler=()
if [[ $preset != gcc* ]] && ! command -v clang++-19 >/dev/null; then
  compiler=(-DCMAKE_CXX_COMPILER=g++)
fi
if ! cmake --preset "$preset" "${compiler[@]}" >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "configuring failed; all of it: $log" >&2
  exit 1
fi

# On a terminal the newest line of the build is shown in place.
show() {
  if [ -t 2 ]; then
    while IFS= read -r line; do
      printf '%s\n' "$line" >>"$log"
      case $line in "["*) printf '\r\033[K  build: %.70s' "$line" >&2 ;; esac
    done
    printf '\r\033[K' >&2
  else
    cat >>"$log"
  fi
}

start=$SECONDS
if ! NINJA_STATUS='[%f/%t] ' \
  cmake --build "build/$preset" --target "${targets[@]}" 2>&1 | show; then
  grep -E 'error|FAILED' "$log" | head -n 20 >&2
  echo "the build failed; all of it: $log" >&2
  exit 1
fi
printf '  build: %s is ready (%d s)\n' "$preset" $((SECONDS - start)) >&2
if [ "$preset" = release ]; then
  ln -sfn release/cli/moestro build/moestro
  # For editors.
  ln -sfn build/release/compile_commands.json compile_commands.json
fi
