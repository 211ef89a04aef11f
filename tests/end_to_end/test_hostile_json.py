# SPDX-License-Identifier: Apache-2.0
"""Requests of hostile form, size or numbers: exit 3 with the reason."""
import json
import struct

from harness import Case, run

LOGITS = [[0.5, -1.25, 2.0, 0.25], [1.5, 0.75, -0.5, 3.0], [0.0, 1.0, 2.0, -3.0]]
NEVER = float("-inf")


class Requests(Case):
    def written(self, content):
        path = self.folder / "input"
        if not isinstance(content, (bytes, str)):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def route(self, content, recipe="topk"):
        return run("route", recipe, "--logits", self.written(content), "--json")

    def plan(self, kind, content):
        return run("plan", kind, self.written(content), "--json")

    def refuse_route(self, content, *said):
        self.refused(self.route(content), 3, *said)


class HostileForm(Requests):
    def refuse(self, content, *said):
        self.refuse_route(content, *said)
        for kind in ("eplb", "place", "replay", "llep", "assign"):
            self.refused(self.plan(kind, content), 3, *said)

    def test_bytes_behind_a_nul_are_refused(self):
        self.refuse(b'{"logits": [[1, 2, 3]]}\0{', "a NUL byte at byte 24")

    def test_bytes_behind_the_value_are_refused(self):
        self.refuse('{"logits": [[1, 2, 3]]} {}', "a syntax error at byte 25")

    def test_numbers_beyond_double_are_refused(self):
        self.refuse('{"logits": [[1, 1e999]]}', "a number too large at byte 21")

    def test_deep_nesting_is_refused(self):
        self.refuse("[" * 1_000_000, "more than 64 levels")
        self.refuse('{"a":' * 200_000, "more than 64 levels")

    def test_keys_of_megabytes_are_cut_in_the_message(self):
        key = '"' + "k" * 3_000_000 + '": 1'
        self.refuse("{" + key + ", " + key + "}", "kkk ... ", "twice")

    def test_byte_order_mark_is_passed_over(self):
        self.ends(self.route(b'\xef\xbb\xbf{"logits": [[1, 2, 3]]}'), 0)

    def test_deep_header_of_safetensors_is_refused(self):
        header = b'{"a":' * 50_000
        self.refuse_route(struct.pack("<Q", len(header)) + header,
                          "more than 64 levels")

    def test_neither_json_nor_safetensors_is_said(self):
        for content in (b"", b"   ", b"3", b"hello, world", b"true",
                        '{"logits": [[1]]}'.encode("utf-16")):
            self.refuse_route(content, "neither JSON", "safetensors")


class Bias(Requests):
    def test_bias_that_is_no_number_names_the_expert(self):
        for bad in ("NaN", "Infinity", "null", "1e300", "-1e300"):
            with self.subTest(bad=bad):
                self.refuse_route(
                    '{"logits": [[1, 2, 3]], "bias": [0, %s, 0]}' % bad,
                    "'bias' of expert 1", "-inf")

    def test_minus_infinity_forbids_the_expert_in_every_recipe(self):
        logits = [row * 2 for row in LOGITS]
        for recipe in ("topk", "topk-sigmoid", "switch", "st-moe", "deepseek-v3",
                       "simbal", "remoe", "expert-choice"):
            for forbidden in ({2, 7}, set(range(7))):
                bias = [NEVER if e in forbidden else 0 for e in range(8)]
                result = self.route({"logits": logits, "bias": bias}, recipe)
                with self.subTest(recipe=recipe, forbidden=forbidden):
                    self.ends(result, 0)
                    answer = json.loads(result.stdout)
                    pairs = answer["assignments"]
                    self.assertTrue(pairs)
                    self.assertFalse(forbidden & {p["expert"] for p in pairs})
                    self.assertNotIn("null", result.stdout)
                    for e in forbidden:
                        self.assertEqual(answer["demand"][e], 0)

    def test_forbidding_every_expert_is_refused_naming_the_bias(self):
        self.refuse_route({"logits": LOGITS, "bias": [NEVER] * 4},
                          "'bias' forbids every expert")

    def test_bias_of_safetensors_is_held_to_the_same(self):
        import torch
        from safetensors.torch import save
        logits = torch.tensor(LOGITS)
        for values, code in (([0, NEVER, 0, 0], 0), ([0, float("nan"), 0, 0], 3),
                             ([0, float("inf"), 0, 0], 3), ([NEVER] * 4, 3)):
            result = self.route(save({"logits": logits,
                                      "bias": torch.tensor(values)}))
            with self.subTest(values=values):
                self.ends(result, code, "'bias'" if code else "")


class MaskAndIds(Requests):
    def test_mask_takes_booleans_only(self):
        for mask in ([1, 0, 1], ["true", "false", "true"], [True, None, True],
                     [1.0, 0.0, 1.0]):
            with self.subTest(mask=mask):
                self.refuse_route({"logits": LOGITS, "mask": mask}, "'mask'",
                                  "true and false only")

    def test_mask_of_another_dtype_is_refused_naming_it(self):
        import torch
        from safetensors.torch import save
        for dtype, name in ((torch.uint8, "U8"), (torch.int64, "I64"),
                            (torch.float32, "F32")):
            self.refuse_route(
                save({"logits": torch.tensor(LOGITS),
                      "mask": torch.tensor([1, 0, 1], dtype=dtype)}),
                "'mask'", name, "true and false only")

    def test_booleans_of_safetensors_are_0_or_1(self):
        header = json.dumps({
            "logits": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]},
            "mask": {"dtype": "BOOL", "shape": [2], "data_offsets": [8, 10]},
        }).encode()
        self.refuse_route(struct.pack("<Q", len(header)) + header + bytes(8)
                          + b"\1\2", "'mask'", "0 and 1")

    def test_ids_are_whole_and_not_beyond_any_table(self):
        for ids, said in (([1.5, 2, 3], "whole numbers"), ([-1, 2, 3], "0.."),
                          ([10**18, 2, 3], "0.."), ([None, 2, 3], "whole")):
            self.refuse_route({"logits": LOGITS, "ids": ids}, "'ids'", said)

    def test_sequences_are_whole_and_may_be_any(self):
        self.refuse_route({"logits": LOGITS, "sequence": [0, None, 1]},
                          "'sequence'", "whole numbers")
        self.ends(self.route({"logits": LOGITS, "sequence": [-5, 0, 10**18]}), 0)

    def test_booleans_are_no_logits(self):
        self.refuse_route({"logits": [[True, False, True]]}, "no number")


class Structure(Requests):
    def test_safetensors_is_told_by_its_structure_whatever_its_first_byte(self):
        entry = json.dumps({"logits": {
            "dtype": "F32", "shape": [1, 4], "data_offsets": [0, 16]}}).encode()
        data = struct.pack("<4f", 0, 1, 2, 3)
        answers = set()
        # 0x5b is '[', 0x7b is '{', 0x20 is blank.
        for length in (0x5B, 0x7B, 0x80, 0x20 + 0x100, 0x100):
            header = entry.ljust(length)
            result = self.route(struct.pack("<Q", length) + header + data)
            self.ends(result, 0)
            answers.add(result.stdout)
        self.assertEqual(len(answers), 1)

    def test_safetensors_that_is_cut_is_refused_as_such(self):
        self.refuse_route(struct.pack("<Q", 0x7B) + b'{"logits"',
                          "not a valid safetensors file", "123 bytes")


class HostileNumbers(Requests):
    def refuse(self, kind, request, *said):
        with self.subTest(kind=kind, request=request):
            self.refused(self.plan(kind, request), 3, *said)

    def test_sizes_of_a_cluster_lie_in_a_range(self):
        for bad in (0, -1, 10**18, 1e300, 1.5, "4", None, True, []):
            for key in ("slots", "devices", "nodes", "groups"):
                request = {"load": [[1, 2, 3, 4]], "slots": 8, "devices": 2}
                self.refuse("place", request | {key: bad}, f"'{key}'")

    def test_limits_of_a_plan_lie_in_a_range(self):
        for bad in (-1, 10**18, 1e300, "x"):
            for key in ("max_moves", "time_limit_ms"):
                self.refuse("place", {"load": [[1, 2]], "slots": 2, "devices": 1,
                                      key: bad}, f"'{key}'")

    def test_loads_are_tables_of_numbers_that_can_be_summed(self):
        for load in ([], [[]], [[1], [1, 2]], [1, 2], [[1, None]], [[-1, 2]],
                     [[1e308] * 4], "x", {}, 3, [[[1]]]):
            for kind in ("eplb", "place"):
                self.refuse(kind, {"load": load, "slots": 8, "devices": 2},
                            "load")

    def test_tokens_of_a_batch_are_whole(self):
        for load in ([], [1e300, 1], [-1, 2], [1.5, 2], [[1, 2]]):
            self.refuse("llep", {"load": load, "devices": 2}, "load")
        for devices in (0, -1, 10**18, None):
            self.refuse("llep", {"load": [1, 2], "devices": devices}, "'devices'")

    def test_assignments_are_refused_by_the_number_that_is_wrong(self):
        scores = [[1, 2], [3, 4]]
        for k in (0, -1, 10**18):
            self.refuse("assign", {"scores": scores, "k": k}, "'k'")
        for capacity in (-1, 10**18, 1.5, [1], [1e300, 1], []):
            self.refuse("assign", {"scores": scores, "capacity": capacity},
                        "capacity")
        for method in ("exact", "auction", "greedy"):
            self.refuse("assign", {"scores": [[0.0] * 9000], "method": method},
                        "9000 experts", "8192")

    def test_placements_to_replay_name_experts_that_there_are(self):
        for slots in ([[0, 5]], [[-1, 0]], [[0, 1e18]], [[0.5, 1]], []):
            self.refuse("replay", {"load": [[[1, 2]]], "devices": 1,
                                   "physical_to_logical": slots}, "plan replay")

    def test_largest_clusters_are_answered(self):
        for slots, devices in ((1 << 20, 1), (1 << 20, 1 << 10)):
            self.ends(self.plan("place", {
                "load": [[float(e) for e in range(1024)]], "slots": slots,
                "devices": devices}), 0)
        experts = list(range(1 << 14))
        self.ends(self.plan("place", {
            "load": [[float(e % 97) for e in experts]], "slots": 1 << 14,
            "devices": 1 << 14, "current": [experts]}), 0)
