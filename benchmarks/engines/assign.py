# SPDX-License-Identifier: Apache-2.0
"""Balanced assignment against SciPy, OR-tools, POT and a tensor auction; equal
objectives are checked first: `python assign.py [--json]`."""

import numpy as np
import ot
import torch
from ortools.graph.python import min_cost_flow
from scipy.optimize import linear_sum_assignment

from library import assign, sinkhorn
from paired import faster, show

SCALE = 1e6  # min-cost flow takes whole costs


def scores_of(tokens, experts, skew, seed=0):
    random = np.random.default_rng(seed)
    popularity = skew * random.standard_normal(experts)
    return random.standard_normal((tokens, experts)) + popularity


def even(scores):
    tokens, experts = scores.shape
    return np.full(experts, -(-tokens // experts), np.int64)


def with_scipy(scores):
    columns = np.repeat(np.arange(scores.shape[1]), even(scores))
    rows, chosen = linear_sum_assignment(scores[:, columns], maximize=True)
    return scores[rows, columns[chosen]].sum()


def with_flow(scores):
    tokens, experts = scores.shape
    flow = min_cost_flow.SimpleMinCostFlow()
    token, expert = np.meshgrid(
        np.arange(tokens), tokens + np.arange(experts), indexing="ij")
    costs = np.rint(-SCALE * scores).astype(np.int64)
    flow.add_arcs_with_capacity_and_unit_cost(
        token.ravel(), expert.ravel(), np.ones(scores.size, np.int64),
        costs.ravel())
    supply = np.concatenate([np.ones(tokens, np.int64), -even(scores)])
    flow.set_nodes_supplies(np.arange(tokens + experts), supply)
    assert flow.solve() == flow.OPTIMAL
    return -flow.optimal_cost() / SCALE


def with_transport(scores):
    tokens, _ = scores.shape
    plan = ot.emd(
        np.ones(tokens), even(scores).astype(float), -scores,
        numItermax=10_000_000)
    return (plan * scores).sum()


def tensor_auction(scores, rounds=100):
    """Rounds of bids by experts on tokens, whole tensors at a time."""
    value = torch.from_numpy(scores.T.copy()).float()
    original, each = value, scores.shape[0] // scores.shape[1]
    step = max(float(value.max() - value.min()) / 50, 1e-4)
    price = torch.zeros(scores.shape[0])
    held = None
    for i in range(10 * rounds):
        top, index = value.topk(each + 1, dim=1)
        bids = torch.zeros_like(value)
        bids.scatter_(1, index[:, :each], top[:, :each] - top[:, each:] + step)
        if held is not None and i < rounds:
            bids[held] = step
        high, owner = bids.max(dim=0)
        if bool((high > 0).all()):
            break
        won = (high > 0).nonzero().squeeze(1)
        held = (owner[won], won)
        price = price + high
        value = original - price
        value[held] = original.max() if i < rounds else original[held]
    chosen = index[:, :each]
    return float(original.gather(1, chosen).sum())


def lines():
    for name, skew in (("iid", 0.0), ("skewed", 1.0)):
        scores = scores_of(4096, 64, skew)
        capacity = even(scores)
        best = assign("exact", scores, capacity)[1]
        for peer in (with_scipy, with_flow, with_transport):
            assert abs(peer(scores) - best) < 1e-3 * abs(best) / 100, peer
        what = f"4096 x 64 {name}: exact / "
        ours = lambda: assign("exact", scores, capacity)
        yield faster(what + "SciPy", 50, ours,
                     lambda: with_scipy(scores), pairs=3)
        yield faster(what + "OR-tools flow", 5, ours,
                     lambda: with_flow(scores), pairs=5)
        yield faster(what + "POT", 5, ours,
                     lambda: with_transport(scores), pairs=5)
        _, objective, gap = assign("auction", scores, capacity)
        assert gap <= 2e-3 and objective >= best * (1 - 2e-3)
        peer_gap = 1 - tensor_auction(scores) / best
        yield faster(
            f"4096 x 64 {name}: auction / tensor (its gap {peer_gap:.2%})", 8,
            lambda: assign("auction", scores, capacity),
            lambda: tensor_auction(scores))


PASSES = 50


def tensor_sinkhorn(scores):
    """In the log domain, as ours; as many passes."""
    log_share = np.log(scores.shape[0] / scores.shape[1])
    column = torch.zeros(scores.shape[1])
    for _ in range(PASSES):
        row = -(scores + column).logsumexp(1, keepdim=True)
        column = log_share - (scores + row).logsumexp(0)
    return (scores + row + column).exp()


def tensor_scaling(scores):
    """The same by plain products, which overflow at low temperatures."""
    kernel = scores.exp()
    share = scores.shape[0] / scores.shape[1]
    column = torch.ones(scores.shape[1])
    for _ in range(PASSES):
        row = 1 / (kernel @ column)
        column = share / (row @ kernel)
    return kernel * row.unsqueeze(1) * column


def sinkhorn_lines():
    scores = scores_of(4096, 64, 1.0).astype(np.float32)
    tensor = torch.from_numpy(scores)
    ours = sinkhorn(scores, PASSES)
    for name, peer in (("log domain", tensor_sinkhorn),
                       ("products", tensor_scaling)):
        assert np.abs(ours - peer(tensor).numpy()).max() < 1e-4, name
        yield faster(
            f"4096 x 64: {PASSES} Sinkhorn passes / tensors, {name}", 3,
            lambda: sinkhorn(scores, PASSES), lambda: peer(tensor))


if __name__ == "__main__":
    show([*lines(), *sinkhorn_lines()])
