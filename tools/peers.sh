#!/usr/bin/env bash
# The engines as a library, and an environment with their peers: what the
# engines' benchmark and plots stand on.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/build.sh core moestro_engines_bench
venv=.venv-bench
wanted="numpy scipy ortools POT matplotlib torch==2.13.0"
if [ "$(cat "$venv/.ready" 2>/dev/null)" != "$wanted" ]; then
  python3 -m venv "$venv"
  # shellcheck disable=SC2086
  "$venv/bin/python" -m pip install -q --disable-pip-version-check $wanted \
    >build/bench-setup.log 2>&1
  echo "$wanted" >"$venv/.ready"
fi
