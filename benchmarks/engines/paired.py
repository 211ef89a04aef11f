# SPDX-License-Identifier: Apache-2.0
"""Paired timings of two contestants: ours and a peer, turn by turn.

The order changes from pair to pair (ABBA), so that a machine that warms up or
is shared slows both alike. What is reported is the median of the ratios of the
pairs with a bootstrap interval, never a bare time alone.
"""

import dataclasses
import json
import random
import statistics
import sys
import time


@dataclasses.dataclass
class Line:
    """One line of the table: `value` is what the target speaks of."""

    what: str
    target: str
    value: float
    low: float
    high: float
    met: bool
    ours_ms: float | None = None
    peer_ms: float | None = None


def seconds(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interval(values, rounds=2000):
    """95 % bootstrap interval of the median."""
    draw = random.Random(7)
    medians = sorted(
        statistics.median(draw.choices(values, k=len(values)))
        for _ in range(rounds)
    )
    return medians[rounds // 40], medians[-rounds // 40 - 1]


def faster(what, at_least, ours, peer, pairs=11):
    """How many times as long the peer takes; without a target, `at_least` is
    None."""
    ours(), peer()
    times = []
    for i in range(pairs):
        if i % 2 == 0:
            mine, theirs = seconds(ours), seconds(peer)
        else:
            theirs, mine = seconds(peer), seconds(ours)
        times.append((mine, theirs))
    ratios = [theirs / mine for mine, theirs in times]
    low, high = interval(ratios)
    middle = statistics.median(ratios)
    return Line(
        what, f">= {at_least:g} x" if at_least else "", middle, low, high,
        middle >= (at_least or 0),
        1e3 * statistics.median(t[0] for t in times),
        1e3 * statistics.median(t[1] for t in times))


def at_most(what, limit_ms, ours, repeats=21):
    """Our own time against a limit in milliseconds."""
    ours()
    times = [1e3 * seconds(ours) for _ in range(repeats)]
    low, high = interval(times)
    middle = statistics.median(times)
    return Line(
        what, f"<= {limit_ms:g} ms", middle, low, high, middle <= limit_ms,
        middle)


def show(lines) -> None:
    """A table for people, or one JSON array with --json."""
    if "--json" in sys.argv:
        print(json.dumps([dataclasses.asdict(line) for line in lines]))
        return
    for line in lines:
        times = " / ".join(
            f"{t:.3g} ms" for t in (line.ours_ms, line.peer_ms)
            if t is not None)
        verdict = "" if not line.target else "met" if line.met else "MISSED"
        print(
            f"{line.what:<56} {line.target:>10} {line.value:>8.4g}"
            f"  [{line.low:.4g}, {line.high:.4g}]"
            f"  {verdict}   {times}", flush=True)
