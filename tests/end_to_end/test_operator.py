# SPDX-License-Identifier: Apache-2.0
"""torch.ops.moestro.experts, loaded into Python from the built library."""
import os
import unittest

import torch

from harness import ROOT

LIBRARY = os.environ.get(
    "MOESTRO_LIBRARY", str(ROOT / "build/release/moestro/libmoestro_torch.so"))
torch.ops.load_library(LIBRARY)
OPERATOR = torch.ops.moestro.experts.default

TOKENS, WIDTH, HIDDEN, EXPERTS, CHOICES = 6, 4, 5, 3, 2
WIDENING = {"swiglu": 2, "gelu": 1, "relu": 1}


def inputs(activation, dtype=torch.double, drop=0, seed=0):
    """Pairs sorted by expert; the last `drop` of them are not served."""
    torch.manual_seed(seed)
    pairs = TOKENS * CHOICES
    expert = torch.randint(0, EXPERTS, (pairs,))
    token = torch.argsort(expert, stable=True) // CHOICES
    count = torch.bincount(expert, minlength=EXPERTS)
    offset = torch.cat([torch.zeros(1, dtype=torch.long), count.cumsum(0)])
    offset = offset.clamp_max(pairs - drop)

    def leaf(*shape):
        return torch.randn(*shape, dtype=dtype, requires_grad=True)

    return (leaf(TOKENS, WIDTH), token, offset, leaf(pairs),
            leaf(EXPERTS, WIDENING[activation] * HIDDEN, WIDTH),
            leaf(EXPERTS, WIDTH, HIDDEN), activation)


def leaves(args):
    return tuple(a for a in args if isinstance(a, torch.Tensor)
                 and a.requires_grad)


def with_leaves(args, values):
    values = iter(values)
    return [next(values) if isinstance(a, torch.Tensor) and a.requires_grad
            else a for a in args]


def reference(x, token, offset, weight, up, down, activation):
    """One pair after the other."""
    y = torch.zeros_like(x)
    for e in range(EXPERTS):
        for n in range(int(offset[e]), int(offset[e + 1])):
            z = up[e] @ x[token[n]]
            if activation == "swiglu":
                h = torch.nn.functional.silu(z[:HIDDEN]) * z[HIDDEN:]
            else:
                h = getattr(torch.nn.functional, activation)(z)
            y = y.index_add(0, token[n:n + 1],
                            (weight[n] * (down[e] @ h)).unsqueeze(0))
    return y


class Experts(unittest.TestCase):
    def each(self, **options):
        for activation in WIDENING:
            with self.subTest(activation=activation):
                yield inputs(activation, **options)

    def test_output_and_gradients_are_those_of_one_pair_after_the_other(self):
        for args in self.each(drop=3):
            ours, theirs = OPERATOR(*args)[0], reference(*args)
            torch.testing.assert_close(ours, theirs)
            grads = [torch.autograd.grad(y.square().sum(), leaves(args))
                     for y in (ours, theirs)]
            torch.testing.assert_close(*grads)

    def test_gradients_pass_gradcheck_in_double(self):
        for args in self.each(drop=2):
            self.assertTrue(torch.autograd.gradcheck(
                lambda *v, args=args: OPERATOR(*with_leaves(args, v))[0],
                leaves(args)))

    def test_registration_passes_opcheck(self):
        for args in self.each():
            checked = torch.library.opcheck(OPERATOR, args)
            self.assertEqual(set(checked.values()), {"SUCCESS"}, checked)

    def test_compiled_in_one_graph_gives_equal_gradients(self):
        for args in self.each():
            def loss(*values, args=args):
                return OPERATOR(*with_leaves(args, values))[0].square().sum()

            compiled = torch.compile(
                loss, backend="aot_eager", fullgraph=True, dynamic=True)
            given = leaves(args)
            ours = torch.autograd.grad(compiled(*given), given)
            eager = torch.autograd.grad(loss(*given), given)
            for a, b in zip(ours, eager):
                self.assertTrue(torch.equal(a, b))

    def test_double_backward_raises_with_a_reason(self):
        args = inputs("swiglu")
        (dx,) = torch.autograd.grad(
            OPERATOR(*args)[0].square().sum(), args[0], create_graph=True)
        with self.assertRaisesRegex(RuntimeError, "not implemented"):
            dx.sum().backward()

    def test_autocast_computes_in_bfloat16(self):
        args = inputs("swiglu", dtype=torch.float)
        exact = OPERATOR(*args)[0]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            low = OPERATOR(*args)[0]
        self.assertEqual(low.dtype, torch.bfloat16)
        torch.testing.assert_close(low.float(), exact, rtol=0.1, atol=0.3)
        low.float().sum().backward()
        self.assertEqual(args[0].grad.dtype, torch.float)

    def test_pairs_that_are_not_served_add_nothing_and_learn_nothing(self):
        args = inputs("swiglu", drop=12)
        y = OPERATOR(*args)[0]
        self.assertTrue(torch.equal(y, torch.zeros_like(y)))
        for grad in torch.autograd.grad(y.sum(), leaves(args)):
            self.assertTrue(torch.equal(grad, torch.zeros_like(grad)))

    def test_no_tokens_at_all_give_no_rows(self):
        x, _, _, _, up, down, name = inputs("swiglu")
        none = torch.zeros(0, dtype=torch.long)
        offset = torch.zeros(EXPERTS + 1, dtype=torch.long)
        y, _ = OPERATOR(x[:0], none, offset, x.new_zeros(0), up, down, name)
        self.assertEqual(tuple(y.shape), (0, WIDTH))

    def test_unknown_activation_is_refused(self):
        args = inputs("swiglu")
        with self.assertRaisesRegex(Exception, "activation"):
            OPERATOR(*args[:-1], "swish")
