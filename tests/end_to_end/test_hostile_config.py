# SPDX-License-Identifier: Apache-2.0
"""Configuration of hostile form or size: exit 2 and a message on a screen."""
from harness import Case, run

DEEP = 20_000
MEGABYTES = 3_000_000


class HostileToml(Case):
    def check(self, text):
        path = self.folder / "mine.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return run("train", path, "--check")

    def refuse(self, text, *said):
        self.refused(self.check(text), 2, "mine.toml:", *said)

    def test_header_of_many_parts_is_refused_at_its_place(self):
        self.refuse("[" + ".".join("a" * DEEP) + "]\nb = 1\n",
                    ":1:129: more than 64 levels")

    def test_key_of_many_parts_is_refused(self):
        self.refuse(".".join("a" * DEEP) + " = 1\n", "more than 64 levels")
        self.refuse(".".join(['"a"'] * DEEP) + " = 1\n", "more than 64 levels")

    def test_lists_and_tables_in_each_other_are_refused(self):
        self.refuse("a = " + "[" * DEEP, "more than 64 levels")
        self.refuse("a = " + "[" * DEEP + "]" * DEEP, "more than 64 levels")
        self.refuse("a = " + "{a = " * DEEP + "1" + "}" * DEEP,
                    "more than 64 levels")

    def test_depth_hidden_behind_a_string_is_refused(self):
        self.refuse('x = {k = """a"""", ' + ".".join("b" * DEEP) + " = 1}\n",
                    "more than 64 levels")

    def test_key_of_megabytes_is_refused_by_its_length(self):
        self.refuse("k" * MEGABYTES + " = 1\n", ":1:1: a key of 3000000 bytes")
        self.refuse("[" + "k" * MEGABYTES + "]\nb = 1\n", "3000000 bytes")

    def test_message_quotes_no_more_than_a_screen_of_a_value(self):
        for value in ("v" * MEGABYTES, "v " * MEGABYTES):
            result = self.check('[moe]\nrecipe = "%s"\n' % value)
            self.refused(result, 2, "no recipe is called 'v", " ... ")

    def test_message_quotes_no_more_than_a_screen_of_a_header(self):
        header = "[" + "h" * MEGABYTES + "]\n"
        self.refuse(header + header)

    def test_long_header_above_many_keys_is_refused(self):
        keys = "".join(f"k{i} = 1\n" for i in range(100_000))
        self.refuse("[" + "h" * 1000 + "]\n" + keys, "64 MiB of keys")

    def test_file_beyond_16_MiB_is_refused_by_its_size(self):
        result = self.check("\n" * (17 << 20))
        self.refused(result, 2, "mine.toml has 17825792 bytes", "16 MiB")

    def test_byte_order_mark_is_passed_over(self):
        result = self.check(b"\xef\xbb\xbf[train]\nsteps = 3\n")
        self.ends(result, 0)
        self.assertIn("steps = 3", result.stdout)

    def test_place_behind_a_byte_order_mark_is_counted_without_it(self):
        self.refuse(b"\xef\xbb\xbfsteps = = 3\n", "mine.toml:1:9:")
        self.refuse(b"\xef\xbb\xbfx = \xc3\xa9\n", "mine.toml:1:5:")

    def test_other_encodings_are_refused_at_their_place(self):
        self.refuse("[train]\nsteps = 3\n".encode("utf-16"), ":1:1: a letter")

    def test_numbers_beyond_their_type_are_refused(self):
        self.refuse("[optimizer]\nlr = 1e999\n", ":2:", "1e999")
        self.refuse("[optimizer]\nlr = inf\n", ":2:", "optimizer.lr", "inf")
        self.refuse("[optimizer]\nlr = nan\n", ":2:", "optimizer.lr", "nan")
        self.refuse("[train]\nsteps = 9223372036854775808\n", ":2:", "64 bits")
        self.refuse("[train]\nsteps = %s\n" % ("9" * MEGABYTES), ":2:")

    def test_bytes_behind_a_nul_are_refused(self):
        self.refuse(b"[train]\nsteps = 3\n\0x = 1\n", ":3:1:")


class HostileOverrides(Case):
    def refuse(self, override, *said):
        self.refused(run("train", "--check", "--set", override), 2, *said)

    def test_deep_value_is_no_value_of_any_key(self):
        self.refuse("moe.select=" + "[" * 60_000, "no select is called '[[[",
                    " ... ")
        self.refuse("moe.select={" + "a." * 30_000 + "a=1}", "{a.a.", " ... ")

    def test_long_key_is_refused_by_its_length(self):
        self.refuse("k" * 100_000 + "=1", "a key of 100000 bytes")

    def test_long_value_is_cut_in_the_message(self):
        self.refuse("moe.recipe=" + "v" * 100_000, "no recipe", " ... ")

    def test_second_line_is_part_of_the_value(self):
        self.refuse("train.steps=3\ntrain.batch = 4", "train.steps", "int")

    def test_number_beyond_its_type_is_refused(self):
        self.refuse("train.steps=" + "9" * 50_000, "train.steps", "int")
        self.refuse("optimizer.lr=1e999", "optimizer.lr", "float")


class HostileArguments(Case):
    def test_long_words_are_cut_in_the_message(self):
        word = "w" * 100_000
        for arguments, code in (
                ([word], 2), (["train", "--" + word], 2), (["train", word], 2),
                (["methods", word], 2), (["plan", word, "-"], 2),
                (["report", word], 3), (["route", word, "--logits", "-"], 3),
                (["resume", word], 3)):
            with self.subTest(verb=arguments[0][:9]):
                result = run(*arguments, input="")
                self.refused(result, code, " ... " if code == 2 else "")
