# SPDX-License-Identifier: Apache-2.0
"""Mistakes in configuration and on the command line: exit 2, one clear line."""
from harness import Case, run, sets, tiny_config


class ConfigurationMistakes(Case):
    def check(self, text):
        path = self.folder / "mine.toml"
        path.write_text(text)
        return path, run("train", path, "--check")

    def test_unknown_key_is_refused_at_its_place_with_a_suggestion(self):
        path, result = self.check("[train]\nstep = 3\n")
        self.refused(result, 2, f"{path}:2:1", "train.step", "'train.steps'")

    def test_wrong_type_is_refused_at_its_place(self):
        path, result = self.check('[train]\nsteps = "many"\n')
        self.refused(result, 2, f"{path}:2:", "train.steps", "int")

    def test_fraction_for_a_count_is_refused(self):
        path, result = self.check("[moe]\nexperts = 4.5\n")
        self.refused(result, 2, f"{path}:2:", "moe.experts")

    def test_broken_toml_is_refused_at_its_place(self):
        path, result = self.check("[train]\nsteps = = 3\n")
        self.refused(result, 2, f"{path}:2:")

    def test_missing_config_file_is_refused_by_name(self):
        self.refused(run("train", self.folder / "no.toml"), 2, "no.toml")

    def test_config_that_is_a_folder_is_refused_by_name(self):
        self.refused(run("train", self.folder), 2, self.folder)

    def test_value_beyond_its_range_names_key_and_range(self):
        path, result = self.check("[optimizer]\nbeta1 = 1.5\n")
        self.refused(result, 2, f"{path}:2:", "optimizer.beta1")


class ImpossibleValues(Case):
    def refuse(self, *said, **keys):
        self.refused(run("train", tiny_config(), "--check", *sets(**keys)),
                     2, *said)

    def test_more_experts_a_token_than_experts_are_refused(self):
        self.refuse("moe.top_k", "moe.experts", moe__top_k=5)

    def test_width_that_heads_do_not_divide_is_refused(self):
        self.refuse("model.heads", "model.dim", model__heads=5)

    def test_zero_experts_are_refused(self):
        self.refuse("moe.experts", moe__experts=0)

    def test_zero_layers_are_refused(self):
        self.refuse("model.layers", model__layers=0)

    def test_micro_batch_that_does_not_divide_the_batch_is_refused(self):
        self.refuse("train.micro_batch", train__micro_batch=3)

    def test_groups_that_do_not_divide_experts_are_refused(self):
        self.refuse("moe.groups", moe__groups=3)

    def test_layer_range_beyond_the_model_is_refused(self):
        self.refuse("0-7", **{"moe__layers__0-7__top_k": 1})

    def test_unknown_schedule_gets_a_suggestion(self):
        self.refuse("optimizer.schedule", "cosine", optimizer__schedule="cosin")

    def test_unknown_recipe_gets_a_suggestion(self):
        self.refuse("'switch'", moe__recipe="swich")

    def test_unknown_part_gets_a_suggestion(self):
        self.refuse("'softmax'", moe__score="softmaxx")

    def test_unknown_loss_gets_a_suggestion(self):
        self.refuse("'switch'", moe__losses="[\"swtch\"]")

    def test_normalised_weights_of_one_expert_are_refused_with_the_reason(self):
        self.refuse("gradient", "moe.weigh=raw", moe__recipe="topk",
                    moe__top_k=1)

    def test_allowed_dead_router_is_accepted(self):
        self.ends(run("train", tiny_config(), "--check", *sets(
            moe__recipe="topk", moe__top_k=1, moe__allow_dead_router="true")), 0)

    def test_routing_that_sees_later_tokens_names_the_key_that_allows_it(self):
        self.refuse("moe.allow_future_leak=true", moe__recipe="expert-choice")

    def test_allowed_future_leak_is_accepted(self):
        self.ends(run("train", tiny_config(), "--check", *sets(
            moe__recipe="expert-choice", moe__allow_future_leak="true")), 0)

    def test_two_controllers_of_one_knob_are_refused(self):
        result = run(
            "train", tiny_config(), "--run", self.folder / "run",
            "--set", 'moe.controllers=["sign-bias", "error-bias"]')
        self.refused(result, 2, "moe.controllers", "bias")

    def test_set_without_a_value_is_refused(self):
        self.refused(run("train", tiny_config(), "--set", "train.steps"), 2,
                     "train.steps")


class CommandLine(Case):
    def test_no_verb_prints_the_overview_and_fails(self):
        result = run()
        self.assertEqual(result.returncode, 2)
        self.assertIn("usage: moestro", result.stdout)

    def test_unknown_verb_gets_a_suggestion(self):
        self.refused(run("trian"), 2, "trian", "'train'")

    def test_unknown_flag_gets_a_suggestion(self):
        self.refused(run("train", "--chek"), 2, "--chek", "--check")

    def test_missing_argument_is_named(self):
        self.refused(run("report"), 2, "TARGET")

    def test_unknown_method_gets_a_suggestion(self):
        self.refused(run("methods", "deepseek"), 2, "'deepseek-v3'")

    def test_part_parameter_without_its_part_is_named_once(self):
        result = run("train", tiny_config(), "--run", self.folder / "run",
                     *sets(train__steps=1, moe__loss__z__weight=0.5))
        self.ends(result, 0)
        self.assertEqual(result.stderr.count("moe.loss.z.weight"), 1)

    def test_check_names_a_parameter_without_its_part_too(self):
        result = run("train", tiny_config(), "--check",
                     *sets(moe__loss__z__weight=0.5))
        self.ends(result, 0)
        self.assertEqual(result.stderr.count("moe.loss.z.weight"), 1)

    def test_program_works_from_any_folder(self):
        result = run("methods", "topk", cwd=self.folder)
        self.ends(result, 0)
        self.assertIn("recipe topk", result.stdout)


