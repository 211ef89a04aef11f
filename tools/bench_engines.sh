#!/usr/bin/env bash
# make bench-engines: our planners against their peers, which live in an
# environment of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/build.sh core moestro_engines_bench
venv=.venv-bench
if [ ! -e "$venv/.ready" ]; then
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install -q --disable-pip-version-check \
    numpy scipy ortools POT torch==2.13.0 >build/bench-setup.log 2>&1
  touch "$venv/.ready"
fi
for table in assign place; do
  "$venv/bin/python" "benchmarks/engines/$table.py" "$@"
done
