#!/usr/bin/env bash
# make demo: set-up, build and corpus side by side, then the demo run and its
# report card.
set -euo pipefail
cd "$(dirname "$0")/.."
steps=${1:-3000}
start=$SECONDS
mkdir -p build

tools/fetch_corpus.sh build/corpus-packages >build/corpus-fetch.log 2>&1 &
fetch=$!
tools/setup.sh
tools/build.sh release moestro moestro_cli
if [ ! -e corpus/manifest.json ]; then
  wait "$fetch" || cat build/corpus-fetch.log >&2
  build/moestro data build --packages build/corpus-packages \
    --domains available --out corpus
fi
run=runs/demo
n=2
while [ -e "$run" ]; do
  run=runs/demo-$n
  n=$((n + 1))
done
build/moestro train examples/demo.toml --run "$run" --set "train.steps=$steps"
build/moestro report "$run" --html "$run/report.html"
printf '\n  %s/report.html has the pictures. All of it took %d min %d s.\n' \
  "$run" $(((SECONDS - start) / 60)) $(((SECONDS - start) % 60))
