# SPDX-License-Identifier: Apache-2.0
"""`moestro lab scenario`: faults are found and named, healthy runs left alone."""
import json
import unittest

from harness import Case, run, text_folder

# Less than half of the usual length, so that a minute is enough.
SHORT = ("--no-treatment", "--set", "train.steps=360")

DEAD = """
[scenario]
id = "dead"
kind = "fault"
summary = "an expert is forbidden"
alarms = ["A03"]
verdicts = ["D12"]

[knob.away]
knob = "bias"
layers = "0"
experts = "1"
value = -40
at = 200
"""

SHIFTED = """
[scenario]
id = "shifted"
kind = "fault"
alarms = ["A24"]
verdicts = ["D00"]

[instrument.shift]
do = "shift"
value = 1
from = 200
"""


def scenarios(*words):
    return run("lab", "scenario", *words, "--data", text_folder(), timeout=1200)


class Scenarios(Case):
    def write(self, name, text):
        path = self.folder / f"{name}.toml"
        path.write_text(text)
        return path

    def test_faults_are_found_and_a_healthy_run_is_left_alone(self):
        keep = self.folder / "runs"
        done = scenarios("run", self.write("a", DEAD), self.write("b", SHIFTED),
                         "H01", *SHORT, "--json", "--keep", keep)
        self.ends(done, 0)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["version"], 1)
        dead, shifted, healthy = answer["results"]
        found = [a for a in dead["alarms"] if a["id"] == "A03"]
        self.assertEqual((found[0]["layer"], found[0]["expert"]), (0, 1))
        self.assertGreaterEqual(found[0]["step"], 200)
        self.assertEqual(dead["fault_step"], 200)
        self.ends(run("doctor", keep / "dead-1-untreated"), 11)
        self.assertEqual([v["id"] for v in shifted["verdicts"]], ["D00"])
        self.assertEqual(shifted["self_test"], "failed")
        self.assertEqual(healthy["kind"], "healthy")
        self.assertEqual(
            [a for a in healthy["alarms"] if a["level"] != "info"], [])
        summary = answer["summary"]
        self.assertEqual((summary["faults"], summary["detected"]), (2, 2))

    def test_what_is_no_scenario_is_refused_with_its_place(self):
        path = self.folder / "bad.toml"
        path.write_text("[edit.a]\nat = 1\ntensor = \"x\"\n")
        done = scenarios("run", path)
        self.ends(done, 2)
        self.assertIn("bad.toml:3:1", done.stderr)
        self.assertIn("tensors", done.stderr)
        self.ends(scenarios("run", "S999"), 2)
        self.ends(scenarios("run"), 2)
        self.ends(scenarios("walk", "S03"), 2)

    def test_a_fault_in_a_name_ends_the_run_and_leaves_nothing(self):
        path = self.folder / "typo.toml"
        path.write_text("[edit.a]\nat = 0\ntensors = \"*router.wait\"\n")
        done = scenarios("run", path, *SHORT)
        self.ends(done, 2)
        self.assertIn("router.wait", done.stderr)


if __name__ == "__main__":
    unittest.main()
