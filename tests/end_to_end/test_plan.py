# SPDX-License-Identifier: Apache-2.0
"""`moestro plan`: requests in files and on standard input, answers, refusals."""
import json

from harness import Case, run

FLASHLB = {"load": [[600, 560, 120, 120, 20, 10, 10, 10]],
           "slots": 16, "devices": 8}
PUBLISHED = {
    "load": [[90, 132, 40, 61, 104, 165, 39, 4, 73, 56, 183, 86],
             [20, 107, 104, 64, 19, 197, 187, 157, 172, 86, 16, 27]],
    "slots": 16, "devices": 8, "nodes": 2, "groups": 4}


class Plan(Case):
    def asked(self, kind, request):
        path = self.folder / "request.json"
        path.write_text(
            request if isinstance(request, str) else json.dumps(request))
        return run("plan", kind, path, "--json")

    def answer(self, kind, request):
        result = self.asked(kind, request)
        self.ends(result, 0)
        answer = json.loads(result.stdout)
        self.assertEqual(answer["version"], 1)
        return answer

    def test_eplb_is_the_published_algorithm(self):
        answer = self.answer("eplb", PUBLISHED)
        self.assertEqual(answer["physical_to_logical"], [
            [5, 6, 5, 7, 8, 4, 3, 4, 10, 9, 10, 2, 0, 1, 11, 1],
            [7, 10, 6, 8, 6, 11, 8, 9, 2, 4, 5, 1, 5, 0, 3, 1]])
        ratios = [p / m for p, m in zip(answer["peak"], answer["mean"])]
        self.assertAlmostEqual(ratios[0], 1.208, 3)
        self.assertAlmostEqual(ratios[1], 1.242, 3)

    def test_place_proves_the_flashlb_example(self):
        answer = self.answer("place", FLASHLB)
        self.assertAlmostEqual(answer["peak"][0], 196.67, 2)
        self.assertEqual(answer["bound"], [181.25])
        self.assertEqual(answer["proven"], [True])
        self.assertEqual(sum(answer["replicas"][0]), 16)

    def test_place_moves_no_more_than_allowed(self):
        now = self.answer("eplb", PUBLISHED)["physical_to_logical"]
        request = dict(PUBLISHED, current=now, max_moves=2)
        request["load"] = request["load"][::-1]
        answer = self.answer("place", request)
        for before, after, moves in zip(
                now, answer["physical_to_logical"], answer["moves"]):
            changed = sum(a != b for a, b in zip(before, after))
            self.assertEqual(changed, moves)
            self.assertLessEqual(changed, 2)

    def test_a_plan_can_be_replayed_step_by_step(self):
        slots = self.answer("place", FLASHLB)["physical_to_logical"]
        trace = [FLASHLB["load"], [FLASHLB["load"][0][::-1]]]
        answer = self.answer("replay", {
            "load": trace, "physical_to_logical": slots, "devices": 8})
        self.assertEqual(answer["steps"], 2)
        self.assertAlmostEqual(answer["peak"][0][0], 196.667 / 181.25, 3)
        self.assertGreater(answer["worst"][0], answer["peak"][0][0])

    def test_llep_conserves_tokens(self):
        load = [9000, 10, 10, 10, 500, 500, 0, 70]
        answer = self.answer("llep", {"load": load, "devices": 4})
        placed = [0] * len(load)
        for segment in answer["segments"]:
            self.assertEqual(segment["begin"], placed[segment["expert"]])
            placed[segment["expert"]] = segment["end"]
        self.assertEqual(placed, load)
        self.assertEqual(sum(answer["device_load"]), sum(load))
        self.assertLess(
            max(answer["device_load"]), max(answer["plain_device_load"]))

    def test_assign_proves_its_answer(self):
        answer = self.answer("assign", {
            "scores": [[0.9, 0.1], [0.8, 0.7], [0.7, 0.1], [0.2, 0.1]]})
        self.assertEqual(answer["experts"], [[0], [1], [0], [1]])
        self.assertEqual(answer["gap"], 0)

    def test_standard_input_and_tables_for_people(self):
        for kind, request, part in (
                ("eplb", FLASHLB, "peak/mean"),
                ("place", FLASHLB, "196.67"),
                ("llep", {"load": [9, 1], "devices": 2}, "device"),
                ("assign", {"scores": [[1, 2]]}, "objective 2.0")):
            with self.subTest(kind=kind):
                result = run("plan", kind, "-", input=json.dumps(request))
                self.ends(result, 0)
                self.assertIn(part, result.stdout)

    def test_bad_requests_name_the_place(self):
        cases = (
            ("eplb", "{", 3, ("request.json", "not valid JSON")),
            ("eplb", dict(FLASHLB, slots=4), 3, ("layer 0", "slots=4")),
            ("eplb", dict(FLASHLB, load=[[1, -1]]), 3, ("expert 1 has -1",)),
            ("eplb", dict(FLASHLB, slots=9, devices=4), 3,
             ("slots=8, slots=12",)),
            ("eplb", dict(FLASHLB, load=FLASHLB["load"][0]), 3,
             ("load is [L][E]; got [E]",)),
            ("place", dict(FLASHLB, device=8), 3, ("mean 'devices'",)),
            ("llep", {"load": [1.5], "devices": 1}, 3, ("load[0]",)),
            ("assign", {"scores": [[1]], "capacity": 0}, 3, ("capacity",)),
            ("pace", FLASHLB, 2, ("mean 'place'",)))
        for kind, request, code, parts in cases:
            with self.subTest(kind=kind, parts=parts):
                self.refused(self.asked(kind, request), code, *parts)

    def test_files_that_are_none(self):
        self.refused(run("plan", "eplb", self.folder), 3, str(self.folder))
        self.refused(run("plan", "eplb", "missing.json"), 3, "missing.json")
        self.refused(run("plan", "eplb"), 2, "FILE")
