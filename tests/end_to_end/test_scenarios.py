# SPDX-License-Identifier: Apache-2.0
"""`moestro lab scenario`: faults are found and named, healthy runs left alone."""
import json
import unittest

from harness import Case, run, text_folder

# Half of the usual length, so that few minutes are enough.
SHORT = ("--no-treatment", "--set", "train.steps=600")

DEAD = """
[scenario]
kind = "fault"
summary = "half of a layer's experts are forbidden"
alarms = ["A03"]
verdicts = ["D03", "D12"]

[knob.away]
knob = "bias"
layers = "0"
experts = "1"
value = -40
at = 300
"""


def scenarios(*words):
    return run("lab", "scenario", *words, "--data", text_folder(), timeout=1200)


class Scenarios(Case):
    def test_faults_are_found_and_a_healthy_run_is_left_alone(self):
        done = scenarios("run", "S29", "H01", *SHORT, "--json")
        self.ends(done, 0)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["version"], 1)
        broken, healthy = answer["results"]
        self.assertEqual(broken["id"], "S29")
        self.assertEqual([v["id"] for v in broken["verdicts"]], ["D00"])
        self.assertEqual(broken["self_test"], "failed")
        self.assertEqual(
            [a for a in healthy["alarms"] if a["level"] != "info"], [])
        self.assertEqual(healthy["kind"], "healthy")

    def test_a_file_of_ones_own_is_a_scenario(self):
        path = self.folder / "dead.toml"
        path.write_text(DEAD)
        keep = self.folder / "runs"
        done = scenarios("run", path, *SHORT, "--json", "--keep", keep)
        self.ends(done, 0)
        [result] = json.loads(done.stdout)["results"]
        found = [a for a in result["alarms"] if a["id"] == "A03"]
        self.assertEqual((found[0]["layer"], found[0]["expert"]), (0, 1))
        self.assertGreaterEqual(found[0]["step"], 300)
        self.assertEqual(result["fault_step"], 300)
        self.ends(run("doctor", keep / "dead-1-untreated"), 11)
        # The same doctor, with nothing but counts.
        counts = scenarios("run", path, *SHORT, "--json", "--as-counts")
        [blind] = json.loads(counts.stdout)["results"]
        self.assertIn("A03", [a["id"] for a in blind["alarms"]])

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
