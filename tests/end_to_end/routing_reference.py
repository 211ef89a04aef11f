# SPDX-License-Identifier: Apache-2.0
"""The definitions of the `route` verb once more, in plain Python: no tensors, no
code of the program. Slow and short on purpose."""
import math


def softmax(row):
    top = max(row)
    parts = [math.exp(x - top) for x in row]
    return [p / sum(parts) for p in parts]


def sigmoid(row):
    return [math.exp(log_sigmoid(x)) for x in row]


def relu(row):
    return [max(x, 0.0) for x in row]


def shares(row):
    total = sum(row)
    return [x / total if total else 1 / len(row) for x in row]


def log_sigmoid(x):
    return min(x, 0.0) - math.log1p(math.exp(-abs(x)))


def shares_of(score, logits):
    """Scores over their sum, also where they underflow."""
    if score == "relu":
        return shares(relu(logits))
    return softmax([log_sigmoid(x) for x in logits] if score == "sigmoid"
                   else logits)


SCORES = {"softmax": softmax, "sigmoid": sigmoid, "relu": relu}


def ranked(values, ties):
    """Indices from the largest value down; then by tie, then the lower one."""
    return sorted(range(len(values)),
                  key=lambda i: (-values[i], -ties[i], i))


def entropy(p):
    return -sum(x * math.log(x) for x in p if x > 0)


def capacity(tokens, k, factor, experts, minimum=0):
    return min(max(math.ceil(tokens * k * factor / experts), minimum), tokens)


class Routed:
    """Logits routed by choices: pairs, then weights, then losses."""

    def __init__(self, logits, score, k, mask=None, bias=None):
        self.logits, self.k, self.kind = logits, k, score
        self.experts = len(logits[0])
        self.mask = mask or [True] * len(logits)
        self.rows = [t for t in range(len(logits)) if self.mask[t]]
        self.score = [SCORES[score](row) for row in logits]
        self.prob = [shares_of(score, row) for row in logits]
        bias = bias or [0.0] * self.experts
        self.choice = [[s + b for s, b in zip(row, bias)] for row in self.score]
        self.pairs, self.kept = [], set()

    # --- who is chosen: (token, expert, slot), and who is kept

    def top_k(self, groups=1, group_topk=1):
        size = self.experts // groups
        for t in self.rows:
            row = self.choice[t]
            order = ranked(row, self.logits[t])
            two = [[e for e in order if e // size == g][:2]
                   for g in range(groups)]
            best = [sum(row[e] for e in pair) for pair in two]
            ties = [math.log(sum(math.exp(self.logits[t][e]) for e in pair))
                    for pair in two] if groups > 1 else [0]
            allowed = {g * size + i for g in ranked(best, ties)[:group_topk]
                       for i in range(size)}
            order = [e for e in order if e in allowed]
            self.pairs += [(t, e, s) for s, e in enumerate(order[:self.k])]
        self.kept = set(self.pairs)
        return self

    def positive(self):
        for t in self.rows:
            order = [e for e in ranked(self.choice[t], self.logits[t])
                     if self.choice[t][e] > 0]
            self.pairs += [(t, e, s) for s, e in enumerate(order)]
        self.kept = set(self.pairs)
        return self

    def expert_choice(self, factor=1.0):
        slots = capacity(len(self.rows), self.k, factor, self.experts)
        for e in range(self.experts):
            order = sorted(self.rows, key=lambda t: (
                -self.choice[t][e], -self.logits[t][e], t))
            self.pairs += [(t, e, s) for s, t in enumerate(order[:slots])]
        self.kept = set(self.pairs)
        return self

    def admit(self, factor, minimum=0, by="choice"):
        limit = capacity(len(self.rows), self.k, factor, self.experts, minimum)
        orders = {
            "choice": lambda t, e, s: (s, t),
            "token": lambda t, e, s: t,
            "pair-score": lambda t, e, s: (
                -self.score[t][e], -self.logits[t][e], t),
            "token-score": lambda t, e, s: (s, -max(
                self.score[t][q[1]] for q in self.pairs if q[0] == t), t)}
        self.kept = set()
        for e in range(self.experts):
            queue = [p for p in self.pairs if p[1] == e]
            queue.sort(key=lambda p: orders[by](*p))
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
                value = shares_of(self.kind, [self.logits[t][i] for i in mine])[
                    mine.index(e)]
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

    def unbiased(self):
        """The same tokens with the k best scores chosen."""
        return Routed(self.logits, self.kind, self.k, self.mask).top_k()

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

