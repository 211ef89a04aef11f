# SPDX-License-Identifier: Apache-2.0
"""Published counts of a healthy model as a trace (docs/traces.md):

    python3 olmoe.py > olmoe.jsonl          all kinds of text in each step
    python3 olmoe.py arxiv > arxiv.jsonl    one kind, its name not given
"""
import json
import pathlib
import sys

DATA = pathlib.Path(__file__).parents[1] / "data" / "olmoe_counts.json"
PUBLISHED = json.loads(DATA.read_text())


def added(lists):
    return [sum(column) for column in zip(*lists)]


def rows(domains=None, steps=1, named=True):
    """Every layer once a step, over the domains together."""
    chosen = {name: PUBLISHED["counts"][name]
              for name in domains or PUBLISHED["counts"]}
    for step in range(1, steps + 1):
        for layer in ("0", "7", "15"):
            counts = {name: layers[layer] for name, layers in chosen.items()}
            row = {"step": step, "layer": int(layer),
                   "counts": added(counts.values()),
                   "k": PUBLISHED["top_k"],
                   "tokens": PUBLISHED["tokens_per_domain"] * len(counts)}
            if named:
                row["domain_counts"] = counts
            yield row


def trace(**options):
    return "".join(json.dumps(row) + "\n" for row in rows(**options))


if __name__ == "__main__":
    sys.stdout.write(trace(domains=sys.argv[1:] or None,
                           named=len(sys.argv) < 2))
