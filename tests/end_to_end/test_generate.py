# SPDX-License-Identifier: Apache-2.0
"""Numbers on the command line of `generate` and of the other verbs."""
from harness import Case, case_with_run, run, tiny_config


class Generate(case_with_run(train__steps=4), Case):
    def text(self, *words):
        result = run("generate", self.finished, "--bytes", 24, *words)
        self.ends(result, 0)
        return result.stdout

    def refuse(self, flag, value):
        with self.subTest(flag=flag, value=value):
            self.refused(run("generate", self.finished, f"{flag}={value}"), 2,
                         flag)

    def test_temperature_is_a_number_from_0(self):
        for value in ("nan", "-nan", "inf", "-inf", "-1", "-1e-320", "1e999",
                      "x", ""):
            self.refuse("--temperature", value)

    def test_temperature_0_writes_the_likeliest_byte_whatever_the_seed(self):
        self.assertEqual(self.text("--temperature", 0, "--seed", 1),
                         self.text("--temperature", 0, "--seed", 2))

    def test_smallest_temperature_writes_the_likeliest_byte_too(self):
        likeliest = self.text("--temperature", 0)
        for tiny in ("1e-320", "5e-324", "1e-300"):
            self.assertEqual(self.text("--temperature", tiny), likeliest)

    def test_largest_temperature_still_draws(self):
        self.assertNotEqual(self.text("--temperature", "1e308", "--seed", 1),
                            self.text("--temperature", "1e308", "--seed", 2))

    def test_any_seed_of_64_bits_repeats_itself(self):
        for seed in (-1, -2**63, 2**63 - 1):
            self.assertEqual(self.text("--seed", seed), self.text("--seed", seed))
        self.refuse("--seed", 2**63)
        self.refuse("--seed", "1.5")

    def test_bytes_are_a_count(self):
        for value in (-1, -2**63, 2**63, "1e3", "nan", "many"):
            self.refuse("--bytes", value)
        result = run("generate", self.finished, "--bytes", 0, "--prompt", "ab")
        self.ends(result, 0)
        self.assertEqual(result.stdout, "ab\n")

    def test_empty_prompt_is_refused(self):
        self.refused(run("generate", self.finished, "--prompt", ""), 2,
                     "prompt")


class NumbersOfOtherVerbs(Case):
    def test_threads_are_a_positive_number(self):
        for value in (-1, -2**63, 2**63 - 1, 2**63, "x", "1.5"):
            result = run("train", tiny_config(), "--check", "--threads", value)
            with self.subTest(value=value):
                self.refused(result, 2, "threads")
