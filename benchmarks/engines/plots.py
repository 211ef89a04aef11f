# SPDX-License-Identifier: Apache-2.0
"""Draws the pictures of docs/statistics.md and docs/placement.md from what the
engines compute: `python plots.py FOLDER`."""

import ctypes
import pathlib
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({
    "svg.hashsalt": "moestro", "font.size": 10, "axes.spines.top": False,
    "axes.spines.right": False, "axes.titlesize": 11})
import matplotlib.pyplot as plt
import numpy as np

from library import library, pointer
from place import Cluster, ours_eplb, peaks_of, zipf

EXPERTS, SEQUENCES, TOKENS = 64, 32, 512
CALM, LOUD, LIMIT = "#2b7a78", "#c8553d", "#555555"


def tests_of(a, batches, random):
    """-> [batches, 4]: naive p, corrected p, X2, phi."""
    out = np.empty((batches, 4))
    for row in out:
        share = (np.full((SEQUENCES, EXPERTS), 1 / EXPERTS) if np.isinf(a)
                 else random.dirichlet([a] * EXPERTS, SEQUENCES))
        counts = np.ascontiguousarray(random.multinomial(TOKENS, share))
        library.moestro_balance(
            pointer(counts), ctypes.c_int64(SEQUENCES),
            ctypes.c_int64(EXPERTS), ctypes.c_int64(TOKENS), pointer(row))
    return out


def cries_wolf(path):
    random = np.random.default_rng(1)
    _, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    critical = 92.01  # chi-square with 63 degrees is above it in 1 %
    for a, colour in ((np.inf, CALM), (8, "#e09f3e"), (2, LOUD)):
        seen = tests_of(a, 600, random)
        bars = left.hist(
            seen[:, 2], bins=np.geomspace(30, 700, 60), color=colour,
            alpha=0.7)[0]
        left.text(seen[:, 2].mean(), bars.max() + 3,
                  f"phi {seen[:, 3].mean():.0f}", color=colour, ha="center")
    left.axvline(critical, color=LIMIT, ls="--", lw=1)
    left.text(critical * 1.05, 101, "1 % of chi-square", color=LIMIT, fontsize=9)
    left.set(xscale="log", xlabel="chi-square statistic", ylabel="batches",
             ylim=(0, 108), title="The same healthy router, three kinds of text")
    left.set_xticks([40, 100, 200, 400], ["40", "100", "200", "400"])
    left.minorticks_off()
    phis, naive, corrected = [], [], []
    for a in (np.inf, 64, 32, 16, 8, 4, 2, 1, 0.5, 0.25):
        seen = tests_of(a, 2000, random)
        phis.append(seen[:, 3].mean())
        naive.append((seen[:, 0] < 0.01).mean())
        corrected.append((seen[:, 1] < 0.01).mean())
    right.plot(phis, np.maximum(naive, 1e-3), "o-", color=LOUD,
               label="tokens taken for independent")
    right.plot(phis, np.maximum(corrected, 1e-3), "o-", color=CALM,
               label="corrected by sequences")
    right.axhline(0.01, color=LIMIT, ls="--", lw=1)
    right.set(xscale="log", yscale="log", ylim=(8e-4, 1.6),
              xlabel="phi, dispersion between sequences",
              ylabel="false alarms per batch",
              title="How often a test of size 1 % fires")
    right.set_xticks([1, 2, 5, 10, 30], ["1", "2", "5", "10", "30"])
    right.set_yticks([0.001, 0.01, 0.1, 1], ["0.1 %", "1 %", "10 %", "100 %"])
    right.minorticks_off()
    right.legend(frameon=False, loc="center right")
    save(path)


def greedy_is_not_enough(path):
    load = np.array([[600, 560, 120, 120, 20, 10, 10, 10]], float)
    cluster = Cluster(1, 8, 16, 8, 1, 1)
    joint = np.empty(16, np.int32)
    library.moestro_place_slots(cluster, pointer(load), pointer(joint))
    _, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    for shift, slots, colour, name in (
            (-0.21, ours_eplb(cluster, load)[0], LOUD, "EPLB"),
            (0.21, joint, CALM, "moestro plan place")):
        each = load[0] / np.maximum(np.bincount(slots, minlength=8), 1)
        stacks = each[slots].reshape(8, 2)
        at = np.arange(8) + shift
        left.bar(at, stacks[:, 0], 0.38, color=colour, label=name,
                 edgecolor="white")
        left.bar(at, stacks[:, 1], 0.38, bottom=stacks[:, 0], color=colour,
                 alpha=0.6, edgecolor="white")
    left.axhline(load.sum() / 8, color=LIMIT, ls="--", lw=1, label="mean")
    left.set(xlabel="device", ylabel="load", ylim=(0, 290),
             title="Two slots on each of eight devices")
    left.legend(frameon=False, loc="upper center", ncols=3, columnspacing=1)
    for experts, slots, devices, line in ((256, 288, 32, "--"),
                                          (64, 128, 64, "-")):
        random = np.random.default_rng(2)
        peaks = np.array([
            peaks_of(Cluster(1, experts, slots, devices, 1, 1),
                     zipf(experts, random.uniform(0.2, 1.4), random))
            for _ in range(80)])
        for column, colour, name in ((0, LOUD, "EPLB"), (1, CALM, "place")):
            right.step(
                np.sort(100 * (peaks[:, column] / peaks[:, 2] - 1)),
                np.arange(1, 81) / 80, color=colour, where="post", ls=line,
                label=f"{name}, {slots // devices} slots a device")
    right.set(xlabel="busiest device above the lower bound, %",
              ylabel="share of instances", xlim=(-0.3, 25), ylim=(0, 1.02),
              title="80 random Zipf loads of each size")
    right.legend(frameon=False, loc="lower right")
    save(path)


def save(path):
    plt.tight_layout()
    plt.savefig(path, metadata={"Date": None, "Creator": None})
    plt.close()


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    cries_wolf(folder / "cries-wolf.svg")
    greedy_is_not_enough(folder / "greedy-placement.svg")
