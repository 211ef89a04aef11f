# SPDX-License-Identifier: Apache-2.0
"""The doctor from outside: healthy runs are left alone, faults are found, and
what a run raised is what its record says."""
import json
import xml.dom.minidom

import olmoe
from harness import Case, query, run, sets, tiny_config
from made_traces import balanced, drifting, forced, overshooting, ranks
from made_traces import waiting

# A learning rate at which nothing that is unbalanced stays even.
COLLAPSING = ("--set", "moe.recipe=topk", "--set", "moe.losses=[]", "--set",
              "moe.controllers=[]", "--set", "moe.experts=8",
              *sets(train__steps=120, train__eval_every=0, optimizer__lr=0.02,
                    optimizer__warmup=20))


class Doctor(Case):
    def doctor(self, *words, code):
        result = run("doctor", *words, "--json")
        self.ends(result, code)
        return json.loads(result.stdout)

    def trace(self, rows):
        path = self.folder / "trace.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    def test_balanced_counts_raise_nothing(self):
        answer = self.doctor(self.trace(balanced(3000)), code=0)
        self.assertEqual(answer["alarms"], [])
        self.assertEqual(answer["verdicts"], [])
        self.assertEqual(answer["self_test"], "passed")
        self.assertTrue(any("configuration" in line
                            for line in answer["unknown"]))

    def test_an_expert_that_drifts_is_named_within_a_thousand_steps(self):
        answer = self.doctor(self.trace(drifting()), code=10)
        first = answer["alarms"][0]
        self.assertEqual((first["layer"], first["expert"]), (3, 17))
        self.assertTrue(1000 < first["step"] <= 2500, first)
        self.assertGreater(first["value"], first["threshold"])

    def test_wrong_sums_are_the_monitor_s_fault_and_nothing_else_is_said(self):
        # The importer leaves such lines out, so the counts stand still.
        rows = list(balanced(60))
        for row in rows[30:]:
            row["counts"] = rows[30]["counts"]
        answer = self.doctor(self.trace(rows), code=11)
        self.assertEqual(answer["self_test"], "failed")
        self.assertEqual([v["id"] for v in answer["verdicts"]], ["D00"])

    def test_olmoe_is_healthy_whatever_it_reads(self):
        for rows in olmoe_traces():
            answer = self.doctor(self.trace(rows), code=0)
            self.assertLessEqual({a["level"] for a in answer["alarms"]},
                                 {"info"})
            self.assertLessEqual({v["id"] for v in answer["verdicts"]},
                                 {"D10"})

    def test_a_rank_that_routes_otherwise_is_found(self):
        healthy = self.doctor(self.trace(ranks(odd=None)), code=0)
        self.assertEqual(healthy["verdicts"], [])
        self.assertFalse(any("rank" in line for line in healthy["unknown"]))
        first = self.doctor(self.trace(ranks(odd=2)), code=0)["verdicts"][0]
        self.assertEqual(first["id"], "D17")
        self.assertTrue(any("rank 2" in line
                            for line in first["evidence_for"]), first)

    def test_a_device_that_everybody_waits_for_is_found(self):
        healthy = self.doctor(self.trace(waiting(times=1)), code=0)
        self.assertEqual(healthy["verdicts"], [])
        answer = self.doctor(self.trace(waiting()), code=10)
        warned = [a for a in answer["alarms"] if a["level"] == "warn"]
        self.assertEqual(warned[0]["id"], "A23", answer)
        self.assertIn("device 2", warned[0]["message"])
        self.assertEqual(answer["verdicts"][0]["id"], "D18")

    def test_routing_that_somebody_forced_is_no_collapse(self):
        answer = self.doctor(self.trace(forced()), code=0)
        self.assertEqual(answer["verdicts"][0]["id"], "D24")

    def test_a_balancer_that_overshoots_is_heard_in_counts_alone(self):
        answer = self.doctor(self.trace(overshooting()), code=10)
        self.assertEqual({a["id"] for a in answer["alarms"]}, {"A16"})
        self.assertEqual(answer["verdicts"][0]["id"], "D14")

    def test_fail_on_page_lets_warnings_pass(self):
        def share(step):
            return 1.4 if step > 1000 else 1
        path = self.trace(balanced(1500, share=share))
        self.ends(run("doctor", path, "--fail-on", "page"), 0)
        self.ends(run("doctor", path, "--fail-on", "warn"), 10)
        self.ends(run("doctor", path, "--fail-on", "never"), 2)


def olmoe_traces():
    """Each kind of text for itself, with and without its name, all together,
    and one kind after the other."""
    for domain in ("arxiv", "c4", "wikipedia"):
        for named in (True, False):
            yield list(olmoe.rows([domain], steps=600, named=named))
    yield list(olmoe.rows(steps=600))
    both = list(olmoe.rows(["arxiv"], steps=600))
    for row in olmoe.rows(["c4"], steps=600):
        both.append({**row, "step": row["step"] + 600})
    yield both


class Collapse(Case):
    def train(self, *words):
        folder = self.folder / f"run{len(list(self.folder.iterdir()))}"
        return folder, run("train", tiny_config(), "--run", folder,
                           *COLLAPSING, *words)

    def test_a_run_that_nothing_balances_is_told_so_and_why(self):
        folder, result = self.train()
        self.ends(result, 0)
        answer = json.loads(run("doctor", folder, "--json").stdout)
        self.assertIn(answer["verdicts"][0]["id"], ("D03", "D04", "D05"))
        told = [text for (text,) in query(
            folder, "SELECT text FROM event WHERE kind = 'alarm' ORDER BY id")]
        # What was said while it went on is what the record says afterwards.
        self.assertEqual(
            told, [f"{a['id']} {a['level']}: {a['message']}"
                   for a in answer["alarms"]])
        for text in told:
            self.assertIn(text, result.stderr)

    def test_report_page_and_pictures_show_alarms_and_verdict(self):
        folder, _ = self.train()
        answer = json.loads(run("doctor", folder, "--json").stdout)
        page = self.folder / "page.html"
        result = run("report", folder, "--json", "--html", page)
        self.ends(result, 0)
        card = json.loads(result.stdout)
        for key in ("alarms", "verdicts"):
            self.assertEqual(card[key], answer[key])
        text = page.read_text()
        self.assertIn("Alarms, and what explains them", text)
        self.assertIn(answer["verdicts"][0]["id"], text)
        self.assertIn('class="mark"', text)
        drawn = self.folder / "pictures"
        result = run("doctor", folder, "--explain", "--pictures", drawn)
        self.assertRegex(result.stdout, "[▁-█]{20,}.*\\n +\\^")
        self.assertRegex(result.stdout, "! 6. Does the router decide")
        self.assertEqual([s["answer"] for s in answer["walk"]][::5],
                         ["fine", "trouble"])
        files = {path.stem for path in drawn.iterdir()}
        self.assertIn(answer["alarms"][0]["id"], files)
        self.assertIn(answer["verdicts"][0]["id"], files)
        for path in drawn.iterdir():
            xml.dom.minidom.parse(str(path))
        (self.folder / "file").write_text("")
        self.ends(run("doctor", folder, "--pictures", self.folder / "file"), 1)

    def test_rules_are_calibrated_on_blocks_of_a_run(self):
        folder, _ = self.train()
        words = ("lab", "calibrate", "--run", folder, "--steps", "300")
        result = run(*words, "--block", "5", "--json")
        self.ends(result, 0)
        answer = json.loads(result.stdout)
        self.assertEqual((answer["steps"], answer["block"]), (300, 5))
        for rate in answer["rates"]["wrong"]:
            self.assertEqual(len(rate["counts"]), 5)
            self.assertLessEqual(rate["low"], rate["rate"])
            self.assertLessEqual(rate["rate"], rate["high"])
        self.ends(run(*words, "--block", "50"), 2, "too few for 8 blocks")
        self.ends(run(*words, "--block", "0"), 2)
        self.ends(run("lab", "calibrate", "--run", self.folder / "none"), 3)

    def test_rules_are_calibrated_on_streams_at_several_budgets(self):
        result = run("lab", "calibrate", "--steps", "20", "--budgets", "--json")
        self.ends(result, 0)
        answer = json.loads(result.stdout)
        self.assertEqual(len(answer["cells"]), 48)
        self.assertEqual(answer["rates"]["wrong"], [])
        # Nothing was seen in 960 steps, which is little: warnings may have 0.0012.
        self.assertGreater(answer["rates"]["others_at_most"], 1)
        self.assertLess(answer["rates"]["others_at_most"], 3 / 0.0096 / 100)
        alone = run("lab", "calibrate", "--steps", "20", "--json")
        self.assertIsNone(json.loads(alone.stdout)["rates"])

    def test_a_page_ends_the_run_if_asked_to_and_it_goes_on_afterwards(self):
        folder, result = self.train("--fail-on", "page")
        self.ends(result, 11)
        self.assertIn("moestro doctor", result.stderr)
        self.recorded(folder)
        whole, _ = self.train()
        result = run("resume", folder)
        self.assertIn(result.returncode, (0, 11), result.stderr)

    def recorded(self, folder):
        """What was dumped at the page."""
        files = sorted((folder / "flight").iterdir())
        self.assertTrue(files)
        record = json.loads(files[0].read_text())
        step, alarm = files[0].stem.split("-")
        self.assertEqual(record["page"]["step"], int(step))
        self.assertTrue(record["page"]["text"].startswith(f"{alarm} page: "))
        self.assertEqual(record["steps"][-1]["step"], int(step))
        self.assertLessEqual(len(record["steps"]), 200)
        layer = record["steps"][-1]["layers"][0]
        self.assertEqual(len(layer["demand"]), 8)

    def test_unknown_rules_and_levels_are_refused(self):
        _, result = self.train("--set", "alarms.mute=A99")
        self.ends(result, 2)
        self.assertIn("A99", result.stderr)
        _, result = self.train("--fail-on", "sometimes")
        self.ends(result, 2)


if __name__ == "__main__":
    import unittest
    unittest.main()
