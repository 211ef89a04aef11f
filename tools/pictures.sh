#!/usr/bin/env bash
# make pictures: what each rule and each cause looks like, drawn from seed 5 of
# the scenario that shows it (a healthy control for D20, of seed 7), or from a
# made trace; docs/images/alarms and docs/images/causes.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=build/pictures
alarms="A01:S30 A02:uneven A03:S20 A04:S03 A05:S03 A06:S02 A07:S25 A08:S05 A09:S14
  A10:S09 A11:S04 A12:S06 A13:S36 A14:S39 A15:S16 A16:S18 A17:S11 A18:S13
  A19:S32 A20:S22 A21:S15 A22:S39 A23:waiting A24:S29c A25:S04"
causes="D00:S29c D01:S14 D02:S09 D03:S03 D04:S05 D05:S02 D06:S06 D07:S04
  D08:S25 D09:S16 D10:S11 D11:S13 D12:S20 D13:S36 D14:S18 D15:S22 D16:S23
  D17:ranks D18:waiting D19:S37 D20:H08 D21:S01 D22:S26 D23:S34 D24:forced
  D25:S38"
scenarios=$(printf '%s\n' $alarms $causes | sed 's/.*://' | grep '^S' | sort -u)
traces="uneven ranks waiting forced"

tools/build.sh release moestro moestro_cli
rm -rf "$runs"
mkdir -p "$runs"
# shellcheck disable=SC2086 # a list of names
build/moestro lab scenario run $scenarios --first-seed 5 --no-treatment --keep "$runs/faults" >"$runs.txt"
build/moestro lab scenario run H08 --first-seed 7 --no-treatment --keep "$runs/healthy" >>"$runs.txt"
python3 tests/end_to_end/made_traces.py "$runs"
# The exit code says that there are alarms.
for run in "$runs"/*/*-untreated; do
  build/moestro doctor "$run" \
    --pictures "$runs/drawn/$(basename "${run%%-*}")" >/dev/null || true
done
for trace in $traces; do
  build/moestro doctor "$runs/$trace.jsonl" \
    --pictures "$runs/drawn/$trace" >/dev/null || true
done
for place in alarms causes; do
  mkdir -p "docs/images/$place"
  for pair in ${!place}; do
    cp "$runs/drawn/${pair#*:}/${pair%:*}.svg" "docs/images/$place/"
  done
done
