# SPDX-License-Identifier: Apache-2.0
"""A causal recipe never sees the future: shown from outside, byte by byte."""
import json

from harness import Case, run, sets, text_folder, tiny_config

CHANGED = 25


class Causality(Case):
    def log_probabilities(self, folder, text):
        path = self.folder / "text.txt"
        path.write_bytes(text)
        result = run("eval", folder, "--data", path, "--per-byte", "--json")
        self.ends(result, 0)
        return json.loads(result.stdout)["log_probability"]

    def shift_before_the_change(self, name, **keys):
        """Largest change of a log-probability before the changed byte."""
        folder = self.folder / name
        self.ends(run("train", tiny_config(), "--run", folder,
                      *sets(train__steps=6, **keys)), 0)
        text = bytearray((text_folder() / "law").glob("*").__next__()
                         .read_bytes()[:33])
        before = self.log_probabilities(folder, bytes(text))
        text[CHANGED] ^= 0x15
        after = self.log_probabilities(folder, bytes(text))
        self.assertNotEqual(before[CHANGED - 1:], after[CHANGED - 1:])
        return max(abs(a - b) for a, b in zip(before[:CHANGED - 1],
                                              after[:CHANGED - 1]))

    def test_recipes_that_say_so_are_causal(self):
        methods = json.loads(run("methods", "recipe", "--json").stdout)
        for m in methods:
            if m["causal"]:
                with self.subTest(recipe=m["name"]):
                    keys = {"moe__top_k": 1} if m["name"] == "switch" else {}
                    self.assertEqual(self.shift_before_the_change(
                        m["name"], moe__recipe=m["name"], **keys), 0)

    def test_capacity_in_the_order_of_tokens_is_causal(self):
        self.assertEqual(self.shift_before_the_change(
            "st-moe", moe__recipe="st-moe", moe__admit__order="token",
            moe__capacity_factor=0.5), 0)

    def test_recipes_that_deny_it_are_refused_with_the_key(self):
        methods = json.loads(run("methods", "recipe", "--json").stdout)
        for m in methods:
            if not m["causal"]:
                with self.subTest(recipe=m["name"]):
                    self.refused(
                        run("train", tiny_config(), "--check",
                            *sets(moe__recipe=m["name"])), 2,
                        "moe.allow_future_leak=true")

    def test_the_test_can_fail(self):
        shift = self.shift_before_the_change(
            "leak", moe__recipe="topk", moe__admit="by-score",
            moe__capacity_factor=0.5, moe__allow_future_leak="true")
        self.assertGreater(shift, 1e-3)
