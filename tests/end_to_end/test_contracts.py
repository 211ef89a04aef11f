# SPDX-License-Identifier: Apache-2.0
"""What scripts and other programs rely on: methods, resolved TOML, scores,
checkpoints."""
import json
import math
import re
import tomllib

import jsonschema

from harness import (Case, case_with_run, checkpoints, query, run, sets,
                     text_folder, tiny_config)

KINDS = {"gate", "perturb", "score", "select", "admit", "weigh", "exchange",
         "experts", "loss", "controller", "layer", "router", "metric", "alarm",
         "verdict", "treatment",
         "recipe", "section"}
TYPES = {"bool": bool, "int": int, "float": (int, float), "string": str}


class Methods(Case):
    @classmethod
    def setUpClass(cls):
        cls.methods = json.loads(run("methods", "--json").stdout)

    def test_every_entry_has_the_promised_keys_and_a_known_kind(self):
        self.assertGreater(len(self.methods), 40)
        for m in self.methods:
            with self.subTest(name=m["name"]):
                for key in ("name", "summary", "paper"):
                    self.assertIsInstance(m[key], str)
                for key in ("parameters", "needs", "offers"):
                    self.assertIsInstance(m[key], list)
                self.assertIn(m["kind"], KINDS)
                self.assertTrue(m["summary"])

    def test_names_are_lower_case_with_hyphens(self):
        for m in self.methods:
            if m["kind"] != "section":
                self.assertRegex(m["name"], r"^[a-z0-9]+(-[a-z0-9]+)*$")

    def test_names_are_unique_within_a_kind(self):
        names = [(m["kind"], m["name"]) for m in self.methods]
        self.assertEqual(len(names), len(set(names)))

    def test_defaults_have_their_type_and_lie_in_their_closed_range(self):
        for m in self.methods:
            for p in m["parameters"]:
                with self.subTest(key=p["key"]):
                    self.assertIsInstance(p["default"], TYPES[p["type"]])
                    self.assertTrue(p["meaning"])
                    self.assertTrue(p["key"].endswith("." + p["name"]))
                    if p["min"] is not None:
                        self.assertLessEqual(p["min"], p["default"])
                    if p["max"] is not None:
                        self.assertGreaterEqual(p["max"], p["default"])

    def test_recipes_say_whether_they_are_causal_and_what_to_mind(self):
        recipes = {m["name"]: m for m in self.methods if m["kind"] == "recipe"}
        self.assertLessEqual(
            {"topk", "topk-sigmoid", "switch", "st-moe", "deepseek-v3",
             "simbal", "expert-choice", "remoe", "smear", "dense"},
            recipes.keys())
        for m in recipes.values():
            self.assertIsInstance(m["causal"], bool)
            self.assertIsInstance(m["caveats"], list)
        self.assertFalse(recipes["expert-choice"]["causal"])

    def test_every_listed_key_can_be_set_to_its_default(self):
        keys = {p["key"]: p["default"] for m in self.methods
                for p in m["parameters"]}
        keys["data.path"] = str(text_folder())
        words = []
        for key, value in keys.items():
            if key.startswith(("moe.metric", "moe.recipe")):
                continue
            words += ["--set", f"{key}={json.dumps(value)}"]
        result = run("train", "--check", *words)
        self.assertNotIn("unknown key", result.stderr)

    def test_schema_is_json_and_knows_the_keys(self):
        schema = json.loads(run("methods", "--schema").stdout)
        self.assertIn("steps", json.dumps(schema))

    def test_schema_takes_what_the_program_writes_and_what_people_write(self):
        schema = json.loads(run("methods", "--schema").stdout)
        texts = ['[moe]\nselect = "top-k"\n',
                 '[moe.select]\npart = "group-limited"\ngroups = 2\n',
                 '[moe]\nweigh.scale = 2\nn_group = 2\n']
        for recipe in (m["name"] for m in self.methods
                       if m["kind"] == "recipe"):
            texts.append(run("train", tiny_config(), "--check", *sets(
                moe__recipe=recipe, moe__allow_future_leak="true")).stdout)
        for text in texts:
            jsonschema.validate(tomllib.loads(text), schema)

    def test_schema_refuses_what_the_program_refuses(self):
        schema = json.loads(run("methods", "--schema").stdout)
        for text in ('[moe]\nselect = "best"\n',
                     '[moe.select]\npart = "top-k"\ngroups = 2\n',
                     '[optimizer]\nschedule = "cosin"\n'):
            with self.assertRaises(jsonschema.ValidationError):
                jsonschema.validate(tomllib.loads(text), schema)

    def test_every_entry_says_since_when(self):
        for m in self.methods:
            if m["kind"] != "section":
                self.assertRegex(m["since"], r"^\d+\.\d+\.\d+$")

    def test_a_kind_lists_its_parts(self):
        parts = json.loads(run("methods", "select", "--json").stdout)
        self.assertEqual({m["kind"] for m in parts}, {"select"})
        self.assertGreater(len(parts), 3)

    def test_recipes_list_their_parts_and_what_they_set(self):
        recipe = next(m for m in self.methods if m["name"] == "deepseek-v3")
        self.assertEqual(recipe["parts"]["score"], "sigmoid")
        self.assertEqual(recipe["parts"]["loss"], ["sequence"])
        values = {p["key"]: p["default"] for p in recipe["parameters"]}
        self.assertEqual(values["moe.weigh.scale"], 2.5)


class Resolved(Case):
    def check(self, *words):
        result = run("train", *words, "--check")
        self.ends(result, 0)
        return result.stdout

    def test_resolved_configuration_resolves_to_itself(self):
        for recipe in ("deepseek-v3", "switch", "remoe", "dense", "smear"):
            with self.subTest(recipe=recipe):
                once = self.check(tiny_config(), *sets(
                    moe__recipe=recipe, moe__allow_future_leak="true"))
                path = self.folder / "frozen.toml"
                path.write_text(once)
                self.assertEqual(self.check(path), once)

    def test_later_files_win_and_set_wins_over_files(self):
        for name, lr in (("a", 0.1), ("b", 0.2)):
            (self.folder / name).write_text(f"[optimizer]\nlr = {lr}\n")
        files = [tiny_config(), self.folder / "a", self.folder / "b"]
        both = tomllib.loads(self.check(*files))
        self.assertEqual(both["optimizer"]["lr"], 0.2)
        third = tomllib.loads(self.check(*files, *sets(optimizer__lr=0.3)))
        self.assertEqual(third["optimizer"]["lr"], 0.3)

    def test_last_recipe_wins_and_files_win_over_the_recipe(self):
        path = self.folder / "mine.toml"
        path.write_text('[moe]\nrecipe = "switch"\nscore = "sigmoid"\n')
        moe = tomllib.loads(self.check(path, *sets(moe__recipe="topk")))["moe"]
        self.assertEqual((moe["recipe"], moe["score"], moe["top_k"]),
                         ("topk", {"part": "sigmoid"}, 2))

    def test_overrides_of_layers_win_over_a_global_set(self):
        path = self.folder / "layers.toml"
        path.write_text('[[moe.layers]]\nrange = "0"\nhidden = 7\n'
                        '[[moe.layers]]\nrange = "0-1"\nexperts = 6\n')
        text = self.check(tiny_config(), path, *sets(moe__hidden=9))
        layers = tomllib.loads(text)["moe"]["layers"]
        self.assertEqual([l["hidden"] for l in layers], [7, 9])
        self.assertEqual([l["experts"] for l in layers], [6, 6])

    def test_set_of_layers_adds_an_override(self):
        text = self.check(tiny_config(), *sets(**{"moe__layers__1__top_k": 3}))
        layers = tomllib.loads(text)["moe"]["layers"]
        self.assertEqual([l["top_k"] for l in layers], [2, 3])

    def test_data_option_overrides_the_path(self):
        text = self.check(tiny_config(), "--data", "/elsewhere")
        self.assertEqual(tomllib.loads(text)["data"]["path"], "/elsewhere")


class Scores(case_with_run()):
    def per_byte(self, data):
        path = self.folder / "text"
        path.write_bytes(data)
        result = run("eval", self.finished, "--data", path, "--per-byte",
                     "--json")
        self.ends(result, 0)
        return json.loads(result.stdout)["log_probability"]

    def test_a_later_byte_changes_no_earlier_log_probability(self):
        text = b"The quick brown fox jumps over the lazy dog, again and again."
        plain = self.per_byte(text)
        self.assertEqual(len(plain), len(text) - 1)
        for place in (1, 20, 33, len(text) - 1):
            changed = bytearray(text)
            changed[place] ^= 0x15
            other = self.per_byte(bytes(changed))
            self.assertEqual(plain[:place - 1], other[:place - 1])
            self.assertNotEqual(plain[place - 1], other[place - 1])

    def test_windows_stand_alone_and_overlap_by_one_byte(self):
        text = bytes(range(65, 65 + 60))
        whole = self.per_byte(text)
        self.assertEqual(whole[:32], self.per_byte(text[:33]))
        for ours, alone in zip(whole[32:], self.per_byte(text[32:]), strict=True):
            self.assertAlmostEqual(ours, alone, places=6)

    def test_log_probabilities_are_natural_and_negative(self):
        found = self.per_byte(b"abcdefgh")
        self.assertTrue(all(x < 0 for x in found))
        self.assertLess(-sum(found) / len(found), 2 * math.log(256))

    def test_one_byte_alone_has_no_scores(self):
        self.assertEqual(self.per_byte(b"a"), [])

    def test_eval_repeats_the_loss_of_the_run(self):
        found = json.loads(run("eval", self.finished, "--json").stdout)
        for series in ("lm", "bits_per_byte"):
            recorded = query(
                self.finished, "SELECT value FROM scalar WHERE series = ? "
                "ORDER BY step DESC LIMIT 1", "valid/" + series)[0][0]
            self.assertAlmostEqual(found[series], recorded, places=6)
        self.assertAlmostEqual(found["lm"],
                               found["bits_per_byte"] * math.log(2), places=6)

    def test_eval_scores_other_text(self):
        found = json.loads(run("eval", self.finished, "--json", "--data",
                               text_folder() / "law").stdout)
        self.assertGreater(found["lm"], 0)

    def test_generate_writes_as_many_bytes_and_repeats_itself(self):
        words = ("generate", self.finished, "--prompt", "ab", "--bytes", 12,
                 "--temperature", 0)
        first, second = run(*words), run(*words)
        self.ends(first, 0)
        self.assertTrue(first.stdout.startswith("ab"))
        self.assertEqual(first.stdout, second.stdout)


class Checkpoints(case_with_run()):
    def test_files_are_read_by_the_safetensors_package(self):
        import torch
        from safetensors import safe_open
        from safetensors.torch import load_file
        newest = checkpoints(self.finished)[0]
        for name in ("model", "optimizer", "state"):
            file = newest / f"{name}.safetensors"
            for value in load_file(file).values():
                self.assertTrue(torch.isfinite(value).all())
        with safe_open(newest / "model.safetensors", "pt") as file:
            self.assertIn("added", file.metadata()["bias"])
            self.assertEqual(file.get_tensor("embedding").shape, (256, 32))

    def test_manifest_says_what_belongs_to_it_and_no_more(self):
        newest = checkpoints(self.finished)[0]
        manifest = json.loads((newest / "manifest.json").read_text())
        self.assertEqual(manifest["version"], 2)
        self.assertEqual(manifest["config"],
                         (self.finished / "config.toml").read_text())
        self.assertEqual(manifest["step"], 8)
        self.assertEqual(
            {f["name"] for f in manifest["files"]} | {"manifest.json"},
            {p.name for p in newest.iterdir()})
        for f in manifest["files"]:
            self.assertRegex(f["xxh3"], re.compile("^[0-9a-f]{16}$"))

    def test_nothing_in_a_checkpoint_names_machine_or_time(self):
        import socket
        for path in checkpoints(self.finished)[0].iterdir():
            data = path.read_bytes()
            self.assertNotIn(str(self.finished).encode(), data)
            if len(socket.gethostname()) > 3:
                self.assertNotIn(socket.gethostname().encode(), data)

    def test_only_the_newest_are_kept_and_none_is_unfinished(self):
        names = [p.name for p in sorted(
            (self.finished / "checkpoints").iterdir())]
        self.assertEqual(names, ["step-00000004", "step-00000008"])
