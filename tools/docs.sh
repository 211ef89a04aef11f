#!/usr/bin/env bash
# make docs: the pages that the program writes itself.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/build.sh release moestro moestro_cli
build/moestro methods --markdown >build/methods.md
mv build/methods.md docs/methods.md
