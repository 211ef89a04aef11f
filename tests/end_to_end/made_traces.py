# SPDX-License-Identifier: Apache-2.0
"""Traces of counts in which one thing is wrong. As a program, DIR: one file of
each kind, for pictures."""
import json
import pathlib
import random
import sys


def balanced(steps, E=64, k=8, tokens=4096, share=lambda step: 1.0, seed=1):
    """Counts of balanced routing, expert 17 with `share(step)` of its part;
    shares of a step vary as text would make them (phi about 9)."""
    draws = random.Random(seed)
    shape = tokens * k / 9 / E
    for step in range(1, steps + 1):
        weights = [draws.gammavariate(shape, 1) for _ in range(E)]
        weights[17] *= share(step)
        scale = tokens * k / sum(weights)
        counts = [min(tokens, int(w * scale)) for w in weights]
        counts[0] += tokens * k - sum(counts)
        yield {"step": step, "layer": 3, "counts": counts, "k": k,
               "tokens": tokens}


def drifting():
    """Expert 17 goes to 1.3 times its share in steps 1000 to 1500."""
    return balanced(
        2500, share=lambda step: 1 + 0.3 * min(1, max(0, step - 1000) / 500))


def uneven(steps=2500, since=1500):
    """Half of the experts draw twice as much as the others, from a step on."""
    for row in balanced(steps):
        counts = row["counts"]
        if row["step"] > since:
            for e in range(0, len(counts), 2):
                moved = counts[e] // 3
                counts[e] -= moved
                counts[e + 1] += moved
        yield row


def shifted(counts):
    """Most of what even experts get goes to their neighbour."""
    counts = list(counts)
    for e in range(0, len(counts), 2):
        moved = counts[e] * 6 // 10
        counts[e] -= moved
        counts[e + 1] += moved
    return counts


def ranks(odd, steps=150):
    """Four ranks, of which one routes otherwise."""
    rows = [list(balanced(steps, seed=rank)) for rank in range(4)]
    for step in range(steps):
        for rank in range(4):
            row = {**rows[rank][step], "rank": rank}
            if rank == odd:
                row["counts"] = shifted(row["counts"])
            yield row


def waiting(times=1.5, steps=1500):
    """Eight devices; from step 700 on, the experts of device 2 draw `times`
    their share now and then, and steps take as long as the busiest device."""
    draws = random.Random(7)
    for row in balanced(steps):
        counts, step = row["counts"], row["step"]
        devices = [e // 8 for e in range(len(counts))]
        if step > 700:
            burst = 1 + (times - 1) * draws.uniform(0.5, 1.5)
            for e in range(16, 24):
                more = min(int(counts[e] * (burst - 1)),
                           row["tokens"] - counts[e])
                for other in (e + 8, e + 16, e + 24, e + 32):
                    moved = min(more // 4, counts[other])
                    counts[other] -= moved
                    counts[e] += moved
        busiest = max(sum(counts[8 * p:8 * p + 8]) for p in range(8))
        yield {**row, "devices": devices,
               "seconds": 0.5 + busiest / 40000 + draws.uniform(0, 0.01)}


def overshooting(steps=800):
    """Who gets too much in one step gets too little in the next; over a few
    steps all get the same."""
    for row in balanced(steps):
        counts, step = row["counts"], row["step"]
        for e in range(0, len(counts), 2):
            busy, idle = (e, e + 1) if step % 2 else (e + 1, e)
            counts[busy] += counts[idle]
            counts[idle] = 0
        yield row


def forced(steps=400):
    """Exactly as many for each of the first half, none for the others."""
    for step in range(1, steps + 1):
        yield {"step": step, "layer": 3, "counts": [64] * 128 + [0] * 128,
               "k": 2, "tokens": 4096}


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("uneven", uneven()), ("ranks", ranks(odd=2)),
                       ("waiting", waiting()), ("forced", forced())):
        with (folder / f"{name}.jsonl").open("w") as file:
            for row in rows:
                print(json.dumps(row), file=file)


if __name__ == "__main__":
    main(sys.argv[1])
