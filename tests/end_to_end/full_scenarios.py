# SPDX-License-Identifier: Apache-2.0
"""The quick suite of scenarios: minutes, with `make test-full`."""
import json
import unittest

from harness import Case, run, text_folder


class QuickSuite(Case):
    def test_faults_are_found_and_named_and_healthy_runs_are_left_alone(self):
        done = run("lab", "scenario", "run", "all", "--quick", "--json",
                   "--data", text_folder(), timeout=3600)
        self.ends(done, 0)
        summary = json.loads(done.stdout)["summary"]
        self.assertGreaterEqual(summary["faults"], 8)
        self.assertEqual(summary["detected"], summary["faults"])
        self.assertGreaterEqual(
            summary["named_among_three"], summary["faults"] - 1)
        self.assertEqual(summary["wrong_verdicts"], 0)
        self.assertEqual(summary["control_pages"], 0)
        self.assertEqual(summary["control_warnings"], 0)

    def test_the_doctor_needs_nothing_but_counts_to_see_a_dead_expert(self):
        done = run("lab", "scenario", "run", "S20", "S29", "--as-counts",
                   "--no-treatment", "--json", "--data", text_folder(),
                   timeout=3600)
        self.ends(done, 0)
        dead, shifted = json.loads(done.stdout)["results"]
        self.assertIn("A03", [a["id"] for a in dead["alarms"]])
        self.assertEqual([v["id"] for v in shifted["verdicts"]], ["D00"])


if __name__ == "__main__":
    unittest.main()
