# SPDX-License-Identifier: Apache-2.0
"""What `route` reads, refuses and repeats."""
import json
import subprocess
import sys

from harness import PROGRAM, Case, run, sets

LOGITS = [[0.5, -1.25, 2.0, 0.25], [1.5, 0.75, -0.5, 3.0], [0.0, 1.0, 2.0, -3.0]]


class RouteInput(Case):
    def written(self, **content):
        path = self.folder / "input.json"
        path.write_text(json.dumps(content))
        return path

    def test_safetensors_and_json_give_the_same_answer(self):
        import torch
        from safetensors.torch import save_file
        content = {"logits": LOGITS, "mask": [True, False, True],
                   "bias": [0.1, 0.0, -0.1, 0.5], "sequence": [0, 0, 1],
                   "ids": [5, 6, 7]}
        file = self.folder / "input.safetensors"
        save_file({k: torch.tensor(v) for k, v in content.items()}, file)
        words = ("--loss", "z", "--loss", "sequence", "--json")
        answers = [run("route", "deepseek-v3", "--logits", path, *words).stdout
                   for path in (self.written(**content), file)]
        self.assertTrue(answers[0])
        self.assertEqual(*answers)

    def test_two_calls_give_the_same_answer(self):
        path = self.written(logits=LOGITS)
        for recipe in ("switch", "deepseek-v3", "expert-choice"):
            answers = {run("route", recipe, "--logits", path, "--json").stdout
                       for _ in range(2)}
            self.assertEqual(len(answers), 1)

    def test_features_pass_through_the_gate_of_the_seed(self):
        path = self.written(features=LOGITS)
        answers = [run("route", "topk", "--features", path, "--json",
                       *sets(moe__experts=8, moe__init_std=1.0,
                             train__seed=seed)).stdout
                   for seed in (1, 1, 2)]
        self.assertEqual(json.loads(answers[0])["experts"], 8)
        self.assertEqual(answers[0], answers[1])
        self.assertNotEqual(answers[0], answers[2])

    def test_padding_rows_count_as_rows_and_get_no_assignment(self):
        path = self.written(logits=LOGITS, mask=[False, True, True])
        answer = json.loads(
            run("route", "topk", "--logits", path, "--json").stdout)
        self.assertEqual(answer["tokens"], 3)
        self.assertEqual({a["token"] for a in answer["assignments"]}, {1, 2})

    def test_padding_rows_may_hold_anything(self):
        junk = "[NaN, Infinity, -Infinity, null]"
        rows = [json.dumps(row) for row in LOGITS]
        words = [w for name in ("switch", "sequence", "global", "z",
                                "token-entropy", "marginal-entropy",
                                "mutual-information", "l1")
                 for w in ("--loss", name)]
        path = self.folder / "input.json"
        for recipe in ("topk", "deepseek-v3", "expert-choice", "remoe", "st-moe"):
            answers = []
            for padding in ("[0, 0, 0, 0]", junk):
                path.write_text('{"logits": [%s], "mask": [true, false, true, '
                                'true]}' % ", ".join([rows[0], padding] + rows[1:]))
                result = run("route", recipe, "--logits", path, "--json", *words)
                self.ends(result, 0)
                answers.append(result.stdout)
            with self.subTest(recipe=recipe):
                self.assertEqual(*answers)
                self.assertNotIn("null", answers[1])

    def test_one_wide_row_needs_memory_of_the_order_of_the_input(self):
        path = self.written(logits=[[float(i % 7) for i in range(32768)]])
        code = ("import resource, subprocess, sys\n"
                "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL,"
                " check=True)\n"
                "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        result = subprocess.run(
            [sys.executable, "-c", code, str(PROGRAM), "route", "topk",
             "--logits", str(path), "--json"],
            capture_output=True, text=True, check=True)
        self.assertLess(int(result.stdout), 400_000)  # KiB, most of it libtorch

    def test_plain_answer_names_every_column(self):
        result = run("route", "switch", "--logits", self.written(logits=LOGITS))
        self.ends(result, 0)
        for word in ("token", "expert", "weight", "demand", "dropped",
                     "loss switch"):
            self.assertIn(word, result.stdout)


class RouteRefusals(Case):
    def refuse(self, code, content, *said, recipe="topk", words=()):
        path = self.folder / "input.json"
        path.write_text(content if isinstance(content, str)
                        else json.dumps(content))
        result = run("route", recipe, "--logits", path, "--json", *words)
        self.refused(result, code, *said)

    def test_logit_that_is_not_a_number_names_token_and_expert(self):
        for bad in ("NaN", "null", "Infinity", "-Infinity"):
            with self.subTest(bad=bad):
                self.refuse(3, '{"logits": [[1, 2], [3, %s]]}' % bad,
                            "token 1", "expert 1")

    def test_infinite_logit_of_safetensors_names_token_and_expert(self):
        import torch
        from safetensors.torch import save_file
        path = self.folder / "input.safetensors"
        save_file({"logits": torch.tensor([[0.0, 1.0], [torch.inf, 0.0]])}, path)
        self.refused(run("route", "topk", "--logits", path), 3,
                     "token 1", "expert 0")

    def test_normalised_weight_of_one_expert_is_refused_with_the_way_out(self):
        self.refuse(2, {"logits": LOGITS}, "gradient", "moe.weigh=raw",
                    words=sets(moe__top_k=1))

    def test_raw_weight_of_one_expert_is_allowed(self):
        path = self.folder / "input.json"
        path.write_text(json.dumps({"logits": LOGITS}))
        self.ends(run("route", "topk", "--logits", path,
                      *sets(moe__top_k=1, moe__weigh="raw")), 0)

    def test_default_that_does_not_fit_the_width_names_the_key_to_set(self):
        self.refuse(2, {"logits": [[1.0]]}, "moe.top_k")
        self.refuse(2, {"logits": LOGITS}, "moe.groups",
                    recipe="deepseek-v3", words=sets(moe__groups=3))

    def test_file_that_is_missing_is_named(self):
        self.refused(run("route", "topk", "--logits", self.folder / "no.json"),
                     3, "no.json")

    def test_folder_instead_of_a_file_is_named(self):
        self.refused(run("route", "topk", "--logits", self.folder), 3,
                     self.folder)

    def test_file_that_is_neither_json_nor_safetensors_is_named(self):
        self.refuse(3, "hello", "input.json")

    def test_broken_json_is_refused_at_its_file(self):
        self.refuse(3, '{"logits": [[1, 2]', "input.json")

    def test_ragged_rows_are_refused(self):
        self.refuse(3, {"logits": [[1, 2], [3]]}, "logits")

    def test_mask_of_another_length_is_refused(self):
        self.refuse(3, {"logits": LOGITS, "mask": [True]}, "mask")

    def test_bias_of_another_width_is_refused(self):
        self.refuse(3, {"logits": LOGITS, "bias": [1.0]}, "bias")

    def test_file_without_logits_is_refused(self):
        self.refuse(3, {"mask": [True]}, "logits")

    def test_no_tokens_at_all_are_refused(self):
        self.refuse(3, {"logits": []}, "logits")

    def test_unknown_recipe_gets_a_suggestion(self):
        self.refuse(2, {"logits": LOGITS}, "'switch'", recipe="swtch")

    def test_unknown_loss_gets_a_suggestion(self):
        self.refuse(2, {"logits": LOGITS}, "'switch'", words=("--loss", "swtch"))

    def test_neither_logits_nor_features_is_refused(self):
        self.refused(run("route", "topk"), 2, "--logits")
