# SPDX-License-Identifier: Apache-2.0
"""The definitions of the `route` verb once more, in plain Python: no tensors, no
code of the program. Slow and short on purpose."""
import math


def softmax(row):
    top = max(row)
    parts = [math.exp(x - top) for x in row]
    return [p / sum(parts) for p in parts]


def sigmoid(row):
    return [1 / (1 + math.exp(-x)) for x in row]


def relu(row):
    return [max(x, 0.0) for x in row]


def shares(row):
    total = sum(row)
    return [x / total if total else 1 / len(row) for x in row]


SCORES = {"softmax": softmax, "sigmoid": sigmoid, "relu": relu}


def ranked(values):
    """Indices from the largest value down; ties to the lower index."""
    return sorted(range(len(values)), key=lambda i: (-values[i], i))


def entropy(p):
    return -sum(x * math.log(x) for x in p if x > 0)


def capacity(tokens, k, factor, experts, minimum=0):
    return min(max(math.ceil(tokens * k * factor / experts), minimum), tokens)


class Routed:
    """Logits routed by choices: pairs, then weights, then losses."""

    def __init__(self, logits, score, k, mask=None, bias=None):
        self.logits, self.k = logits, k
        self.experts = len(logits[0])
        self.mask = mask or [True] * len(logits)
        self.rows = [t for t in range(len(logits)) if self.mask[t]]
        self.score = [SCORES[score](row) for row in logits]
        self.prob = [softmax(row) if score == "softmax" else shares(s)
                     for row, s in zip(logits, self.score)]
        bias = bias or [0.0] * self.experts
        self.choice = [[s + b for s, b in zip(row, bias)] for row in self.score]
        self.pairs, self.kept = [], set()

    # --- who is chosen: (token, expert, slot), and who is kept

    def top_k(self, groups=1, group_topk=1):
        size = self.experts // groups
        for t in self.rows:
            row = self.choice[t]
            best = [sum(sorted(row[g * size:(g + 1) * size])[-2:])
                    for g in range(groups)]
            allowed = {g * size + i for g in ranked(best)[:group_topk]
                       for i in range(size)}
            order = [e for e in ranked(row) if e in allowed]
            self.pairs += [(t, e, s) for s, e in enumerate(order[:self.k])]
        self.kept = set(self.pairs)
        return self

    def positive(self):
        for t in self.rows:
            order = [e for e in ranked(self.choice[t]) if self.choice[t][e] > 0]
            self.pairs += [(t, e, s) for s, e in enumerate(order)]
        self.kept = set(self.pairs)
        return self

    def expert_choice(self, factor=1.0):
        slots = capacity(len(self.rows), self.k, factor, self.experts)
        for e in range(self.experts):
            order = sorted(self.rows, key=lambda t: (-self.choice[t][e], t))
            self.pairs += [(t, e, s) for s, t in enumerate(order[:slots])]
        self.kept = set(self.pairs)
        return self

    def admit(self, factor, minimum=0, by_score=False):
        limit = capacity(len(self.rows), self.k, factor, self.experts, minimum)
        self.kept = set()
        for e in range(self.experts):
            queue = [p for p in self.pairs if p[1] == e]
            queue.sort(key=lambda p: (-self.score[p[0]][e], p[0]) if by_score
                       else (p[2], p[0]))
            self.kept |= set(queue[:limit])
        return self

    # --- what each kept pair weighs

    def weights(self, how, scale=1.0):
        weight = {}
        for t, e, s in self.kept:
            mine = [q[1] for q in self.pairs if q[0] == t]
            if how == "raw":
                value = self.score[t][e]
            elif how == "normalised":
                value = self.score[t][e] / sum(self.score[t][i] for i in mine)
            elif how == "selected-softmax":
                value = softmax([self.logits[t][i] for i in mine])[mine.index(e)]
            weight[(t, e, s)] = value * scale
        return weight

    def counts(self, pairs):
        return [sum(p[1] == e for p in pairs) for e in range(self.experts)]

    # --- losses, unscaled

    def mean(self, values):
        values = list(values)
        return sum(values) / len(values) if values else 0.0

    def mean_prob(self, rows):
        return [self.mean(self.prob[t][e] for t in rows)
                for e in range(self.experts)]

    def switch(self, rows=None):
        rows = self.rows if rows is None else rows
        pairs = [p for p in self.pairs if p[0] in rows]
        if not pairs:
            return 0.0
        demand = [d / len(pairs) for d in self.counts(pairs)]
        return self.experts * sum(
            f * p for f, p in zip(demand, self.mean_prob(rows)))

    def sequence(self, sequence):
        groups = [[t for t in self.rows if sequence[t] == s]
                  for s in sorted(set(sequence))]
        return self.mean(self.switch(g) for g in groups if g)

    def z(self):
        return self.mean(
            math.log(sum(math.exp(x) for x in self.logits[t])) ** 2
            for t in self.rows)

    def token_entropy(self):
        return self.mean(entropy(self.prob[t]) for t in self.rows)

    def marginal_entropy(self):
        return math.log(self.experts) - entropy(self.mean_prob(self.rows))

    def mutual_information(self):
        return self.token_entropy() - entropy(self.mean_prob(self.rows))

    def l1(self, weight):
        return sum(abs(w) for w in weight.values()) / len(self.rows)

