# SPDX-License-Identifier: Apache-2.0
"""Placement against a straightforward Python version of EPLB, and joint
placement against EPLB: `python place.py [--json]`."""

import ctypes
import statistics

import numpy as np
import torch

from library import library, pointer
from paired import at_most, faster, interval, Line, show


class Cluster(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int64) for name in (
        "layers", "experts", "slots", "devices", "nodes", "groups")]


library.moestro_max_vio.restype = ctypes.c_double
library.moestro_llep.restype = ctypes.c_int64


def zipf(experts, exponent, random, layers=1):
    loads = (1e6 / np.arange(1, experts + 1) ** exponent).round()
    return np.array([random.permutation(loads) for _ in range(layers)])


def ours_eplb(c, load):
    slots = np.empty((c.layers, c.slots), np.int32)
    library.moestro_eplb(c, pointer(load), pointer(slots))
    return slots


def packed(weights, packs):
    """Heaviest first into the lightest pack with room -> [packs][items]."""
    per = len(weights) // packs
    if per == 1:
        return [[i] for i in range(packs)]
    total = [np.float32(0)] * packs
    items = [[] for _ in range(packs)]
    for i in sorted(range(len(weights)), key=lambda i: -weights[i]):
        best = min(
            (p for p in range(packs) if len(items[p]) < per),
            key=lambda p: total[p])
        items[best].append(i)
        total[best] += weights[i]
    return items


def replicated(loads, slots):
    item, count = list(range(len(loads))), np.ones(len(loads), np.float32)
    while len(item) < slots:
        hottest = int(np.argmax(loads / count))
        item.append(hottest)
        count[hottest] += 1
    return item, [loads[i] / count[i] for i in item]


def python_eplb(c, load):
    out = []
    nodes, groups = (
        (c.nodes, c.groups) if c.groups % c.nodes == 0 else (1, 1))
    size = c.experts // groups
    for row in load.astype(np.float32):
        layer = []
        of_group = [row[g * size:(g + 1) * size].sum() for g in range(groups)]
        for dealt in packed(of_group, nodes):
            experts = [e for g in dealt for e in range(g * size, (g + 1) * size)]
            item, each = replicated(row[experts], c.slots // nodes)
            for device in packed(each, c.devices // nodes):
                layer += [experts[item[s]] for s in device]
        out.append(layer)
    return np.array(out, np.int32)


def tensor_packed(weights, packs):
    """[rows, items] tensor, heaviest first into the lightest pack with room
    -> pack and place within it, [rows, items] each."""
    rows, items = weights.shape
    pack_of = torch.zeros(rows, items, dtype=torch.int64)
    place_of = torch.zeros(rows, items, dtype=torch.int64)
    per = items // packs
    if per == 1:
        pack_of[:] = torch.arange(items)
        return pack_of, place_of
    order = weights.argsort(dim=-1, descending=True, stable=True)
    for r in range(rows):
        total, held = [0.0] * packs, [0] * packs
        for i in order[r]:
            best = min(
                (p for p in range(packs) if held[p] < per),
                key=total.__getitem__)
            pack_of[r, i], place_of[r, i] = best, held[best]
            total[best] += weights[r, i]
            held[best] += 1
    return pack_of, place_of


def tensor_replicated(weights, slots):
    rows, experts = weights.shape
    item = torch.arange(slots).expand(rows, -1).clone()
    count = torch.ones(rows, experts, dtype=torch.int64)
    every = torch.arange(rows)
    for s in range(experts, slots):
        hottest = (weights / count).argmax(-1)
        item[:, s] = hottest
        count[every, hottest] += 1
    return item, count


def by_pack(pack, place, per):
    """Where every item goes -> which item stands there."""
    return (pack * per + place).argsort(-1)


def tensor_eplb(c, load):
    """The same with tensors, all layers at a time where that is possible: the
    shape in which such planners are published."""
    nodes, groups = (
        (c.nodes, c.groups) if c.groups % c.nodes == 0 else (1, 1))
    size, local = c.experts // groups, c.slots // nodes
    weight = torch.from_numpy(load).float()
    of_group = weight.view(c.layers, groups, size).sum(-1)
    dealt = by_pack(*tensor_packed(of_group, nodes), groups // nodes)
    expert = (dealt.unsqueeze(-1) * size + torch.arange(size)).view(
        c.layers * nodes, -1)
    rows = weight.repeat_interleave(nodes, 0).gather(-1, expert)
    item, count = tensor_replicated(rows, local)
    each = (rows / count).gather(-1, item)
    slot = by_pack(
        *tensor_packed(each, c.devices // nodes), local * nodes // c.devices)
    return expert.gather(-1, item.gather(-1, slot)).view(
        c.layers, c.slots).numpy()


def eplb_lines():
    random = np.random.default_rng(1)
    load = zipf(256, 0.8, random, layers=58)
    for name, nodes, groups in (("hierarchical", 4, 8), ("global", 1, 1)):
        c = Cluster(58, 256, 288, 32, nodes, groups)
        assert (ours_eplb(c, load) == python_eplb(c, load)).all(), name
        assert (ours_eplb(c, load) == tensor_eplb(c, load)).all(), name
        what = f"EPLB 58 x 256 -> 288 on 32, {name}"
        yield at_most(what, 2, lambda: ours_eplb(c, load))
        yield faster(
            what + " / tensors", 200, lambda: ours_eplb(c, load),
            lambda: tensor_eplb(c, load), pairs=5)
        yield faster(
            what + " / lean lists", None, lambda: ours_eplb(c, load),
            lambda: python_eplb(c, load), pairs=5)


# Few and many slots a device: 288 on 32 and 144 is a prefill and a decode
# deployment of 256 experts. Both policies of the published balancer: experts
# anywhere, and groups of experts that stay on a node.
FLAT = [Cluster(1, *size, 1, 1) for size in (
    (16, 24, 8), (16, 32, 16), (32, 40, 8), (64, 80, 16), (64, 128, 64),
    (128, 144, 48), (256, 288, 32), (256, 288, 144))]
GROUPED = [Cluster(1, 16, 24, 8, 2, 4), Cluster(1, 64, 80, 16, 4, 8),
           Cluster(1, 256, 288, 32, 4, 8)]


def mean_line(what, target, values, met):
    """A target on a mean, so the interval is of the mean as well."""
    draws = np.random.default_rng(3).choice(values, (2000, len(values)))
    low, high = np.quantile(draws.mean(axis=1), (0.025, 0.975))
    mean = statistics.mean(values)
    return Line(what, target, mean, low, high, met(mean))


def peaks_of(cluster, load):
    """Of one layer: EPLB's peak, ours and the bound."""
    peaks = np.empty(3)
    library.moestro_place(cluster, pointer(load), pointer(peaks))
    return peaks


def share_won(cluster, random):
    """One instance -> peak below EPLB's and above the bound, %."""
    peaks = peaks_of(
        cluster, zipf(cluster.experts, random.uniform(0.2, 1.4), random))
    assert peaks[1] <= peaks[0], "worse than EPLB"
    return 100 * (1 - peaks[1] / peaks[0]), 100 * (peaks[1] / peaks[2] - 1)


def place_lines():
    random = np.random.default_rng(2)
    won, gaps = {"anywhere": [], "by node": []}, []
    clusters = FLAT + GROUPED
    for i, c in enumerate(clusters):
        count = 200 // len(clusters) + (i < 200 % len(clusters))
        gains, above = zip(*(share_won(c, random) for _ in range(count)))
        policy = "anywhere" if c.nodes == 1 else "by node"
        won[policy] += gains
        if (c.experts, c.devices, c.nodes) == (256, 32, 1):
            gaps = above
        yield mean_line(
            f"peak below EPLB's, %: {c.experts} -> {c.slots} on {c.devices}, "
            f"{policy}", "", gains, lambda mean: mean >= 0)
    for policy, gains in won.items():
        yield mean_line(f"mean peak below EPLB's, %: all {policy}", "", gains,
                        lambda mean: mean >= 0)
    yield mean_line(
        "mean peak below EPLB's, %: 200 instances", ">= 3",
        won["anywhere"] + won["by node"], lambda mean: mean >= 3)
    low, high = interval(gaps)
    gap = statistics.median(gaps)
    yield Line("joint placement: median gap to bound at E 256, %", "<= 3", gap,
               low, high, gap <= 3)
    load = zipf(256, 0.8, random)
    c = Cluster(1, 256, 288, 32, 1, 1)
    yield at_most("joint placement, E 256 on 32 devices", 1000,
                  lambda: peaks_of(c, load), repeats=7)


def other_lines():
    random = np.random.default_rng(4)
    load = zipf(256, 1.2, random)[0].astype(np.int64)
    yield at_most("LLEP plan, E 256 on 64 devices", 0.1,
                  lambda: library.moestro_llep(
                      pointer(load), ctypes.c_int64(256), ctypes.c_int64(64)))
    for tokens, experts, top_k in (
            (64, 8, 2), (512, 256, 8), (4096, 256, 8), (700, 1024, 8),
            (1 << 22, 512, 8)):
        yield at_most(
            f"MaxVio quantile, T {tokens} E {experts} K {top_k}", 50,
            lambda: library.moestro_max_vio(
                ctypes.c_int64(tokens), ctypes.c_int64(experts),
                ctypes.c_int64(top_k)), repeats=5)


if __name__ == "__main__":
    show([*eplb_lines(), *place_lines(), *other_lines()])
