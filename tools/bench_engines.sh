#!/usr/bin/env bash
# make bench-engines: our planners against their peers, which live in an
# environment of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/peers.sh
for table in assign place; do
  .venv-bench/bin/python "benchmarks/engines/$table.py" "$@"
done
