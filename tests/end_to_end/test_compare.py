# SPDX-License-Identifier: Apache-2.0
"""`doctor A B` from outside: where two runs or traces part, and what differs
between them."""
import json

from harness import Case, run, sets, tiny_config
from test_doctor import balanced


class Compare(Case):
    def compare(self, *words):
        result = run("doctor", *words, "--json")
        self.ends(result, 0)
        return json.loads(result.stdout)

    def trace(self, name, rows):
        path = self.folder / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    def train(self, name, *words):
        folder = self.folder / name
        result = run("train", tiny_config(), "--run", folder,
                     *sets(train__steps=12, train__eval_every=0), *words)
        self.ends(result, 0)
        return folder

    def test_the_same_run_twice_never_parts(self):
        answer = self.compare(self.train("a"), self.train("b"))
        self.assertEqual(answer["common_steps"], 12)
        parts = answer["first_difference"]
        self.assertIsNone(parts["loss"]["exact"])
        self.assertIsNone(parts["routing"]["exact"])
        self.assertEqual(answer["settings"], [])

    def test_another_seed_parts_at_once_and_is_named(self):
        answer = self.compare(self.train("a"),
                              self.train("b", "--set", "train.seed=77"))
        self.assertEqual(answer["first_difference"]["loss"]["exact"], 1)
        changed = {s["key"]: (s["a"], s["b"]) for s in answer["settings"]}
        self.assertEqual(changed["train.seed"][1], "77")
        self.assertEqual(list(changed), ["train.seed"])

    def test_traces_part_where_an_expert_begins_to_drift(self):
        def share(step):
            return 1.0 if step <= 600 else 3.0
        a = self.trace("a.jsonl", balanced(1200))
        b = self.trace("b.jsonl", balanced(1200, share=share))
        answer = self.compare(a, b)
        routing = answer["first_difference"]["routing"]
        self.assertEqual(routing["exact"], 601)
        self.assertTrue(600 <= routing["beyond_noise"] <= 660, routing)
        alarms = answer["b"]["alarms_only_here"]
        self.assertTrue(any(a["layer"] == 3 for a in alarms), alarms)
        self.assertEqual(answer["a"]["alarms_only_here"], [])
        self.assertEqual(answer["layers"][0]["layer"], 3)
        text = run("doctor", a, b)
        self.ends(text, 0)
        self.assertIn("where they part", text.stdout)

    def test_a_missing_run_is_said_so(self):
        self.ends(run("doctor", self.train("a"), self.folder / "none"), 3)


if __name__ == "__main__":
    import unittest
    unittest.main()
