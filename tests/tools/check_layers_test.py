# SPDX-License-Identifier: Apache-2.0
"""Small made-up trees, each with one thing that tools/check_layers.py must
find, and its allowed counterpart."""
import unittest

from made_up_tree import report_of


def report_on(files):
    return report_of("check_layers.py", files)


def use(*targets):
    return "".join(f'#include "{t}"\n' for t in targets)


def system(*targets):
    return "".join(f"#include <{t}>\n" for t in targets)


class CheckLayers(unittest.TestCase):

    def assert_clean(self, files):
        self.assertEqual(report_on(files), "")

    def assert_found(self, files, place, words):
        lines = report_on(files).splitlines()
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith(place + ": "), lines[0])
        self.assertIn(words, lines[0])
        self.assertEqual(lines[0].count("; "), 2, lines[0])

    def test_an_arrow_may_be_followed_over_several_folders(self):
        self.assert_clean({
            "moestro/base/a.h": "",
            "moestro/lab/b.cpp": use("moestro/base/a.h")})

    def test_an_arrow_may_not_be_followed_upwards(self):
        self.assert_found(
            {"moestro/layers/a.h": "",
             "moestro/ops/b.h": "\n" + use("moestro/layers/a.h")},
            "moestro/ops/b.h:2", "ops does not use layers")

    def test_a_face_at_the_top_uses_any_folder_and_is_used_by_none(self):
        self.assert_clean({
            "moestro/plan/a.h": "", "moestro/lab/b.h": "",
            "moestro/plan.h": use("moestro/plan/a.h", "moestro/lab/b.h")})
        self.assert_found(
            {"moestro/plan.h": "", "moestro/lab/b.h": use("moestro/plan.h")},
            "moestro/lab/b.h:1", "lab does not use moestro")

    def test_neighbours_do_not_use_each_other(self):
        self.assert_found(
            {"moestro/route/a.h": "",
             "moestro/balance/losses/b.cpp": use("moestro/route/a.h")},
            "moestro/balance/losses/b.cpp:1", "balance does not use route")

    def test_a_folder_below_train_counts_as_train(self):
        self.assert_clean({
            "moestro/train/data/a.h": "",
            "moestro/train/b.cpp": use("moestro/train/data/a.h")})

    def test_the_library_does_not_use_the_program(self):
        self.assert_found(
            {"cli/a.h": "", "moestro/lab/b.cpp": use("cli/a.h")},
            "moestro/lab/b.cpp:1", "lab does not use cli")

    def test_the_program_uses_any_folder(self):
        self.assert_clean({
            "moestro/base/a.h": "", "moestro/lab/b.h": "",
            "cli/c.cpp": use("moestro/base/a.h", "moestro/lab/b.h")})

    def test_nothing_outside_of_tests_uses_tests(self):
        self.assert_found(
            {"tests/a.h": "", "cli/b.cpp": use("tests/a.h")},
            "cli/b.cpp:1", "cli does not use tests")

    def test_nobody_includes_kernels(self):
        self.assert_found(
            {"moestro/kernels/cpu/a.h": "",
             "tests/kernels/b.cpp": use("moestro/kernels/cpu/a.h")},
            "tests/kernels/b.cpp:1", "nobody includes moestro/kernels")

    def test_kernels_include_each_other(self):
        self.assert_clean({
            "moestro/kernels/cpu/a.h": "",
            "moestro/kernels/cpu/b.cpp": use("moestro/kernels/cpu/a.h")})

    def test_an_unknown_folder_has_no_arrows(self):
        self.assert_found(
            {"moestro/utils/a.h": ""}, "moestro/utils/a.h:1",
            "every folder has its arrows")

    def test_an_include_names_a_file_from_the_root(self):
        self.assert_found(
            {"moestro/ops/a.h": "", "moestro/ops/b.cpp": use("a.h")},
            "moestro/ops/b.cpp:1", "'a.h' is not there")

    def test_the_core_is_free_of_libtorch(self):
        self.assert_found(
            {"moestro/serve/a.cpp": system("ATen/core/Tensor.h")},
            "moestro/serve/a.cpp:1", "serve is free of libtorch")

    def test_ops_may_see_libtorch(self):
        self.assert_clean({
            "moestro/ops/a.h": system("ATen/core/Tensor.h")})

    def test_whole_library_headers_are_forbidden_everywhere(self):
        for header in ("torch/torch.h", "ATen/ATen.h", "torch/nn.h",
                       "torch/nn/module.h", "torch/optim/adamw.h"):
            with self.subTest(header):
                self.assert_found(
                    {"tests/ops/a.cpp": system(header)}, "tests/ops/a.cpp:1",
                    f"nobody includes {header}")

    def test_no_header_includes_fmt(self):
        self.assert_found(
            {"moestro/base/a.h": system("fmt/format.h")},
            "moestro/base/a.h:1", "no header includes fmt")

    def test_a_core_source_includes_fmt(self):
        self.assert_clean({
            "moestro/base/a.cpp": system("fmt/format.h")})

    def test_a_file_that_sees_libtorch_does_not_include_fmt(self):
        self.assert_found(
            {"moestro/ops/a.h": system("ATen/core/Tensor.h"),
             "cli/b.cpp": use("moestro/ops/a.h") + system("fmt/format.h")},
            "cli/b.cpp:2", "no file that sees libtorch includes fmt")

    def test_a_heavy_library_has_two_users_at_most(self):
        for header in ("CLI/CLI.hpp", "nlohmann/json.hpp", "toml++/toml.h"):
            with self.subTest(header):
                files = {f"moestro/base/{n}.cpp": system(header)
                         for n in ("a", "b")}
                self.assert_clean(files)
                files["moestro/base/c.cpp"] = system(header)
                self.assert_found(
                    files, "moestro/base/c.cpp:1", "at most 2 files include")

    def test_a_cycle_is_named_with_its_files(self):
        self.assert_found(
            {"moestro/base/a.h": use("moestro/base/b.h"),
             "moestro/base/b.h": use("moestro/base/c.h"),
             "moestro/base/c.h": use("moestro/base/a.h")},
            "moestro/base/a.h:1",
            "moestro/base/a.h -> moestro/base/b.h -> moestro/base/c.h -> "
            "moestro/base/a.h")

    def test_a_listed_header_exists(self):
        self.assert_found(
            {"public.txt": "# comment\nmoestro/base/a.h\n"}, "public.txt:2",
            "every installed header exists")

    def test_a_public_header_includes_public_headers_only(self):
        files = {"public.txt": "moestro/base/a.h\n",
                 "moestro/base/a.h": use("moestro/base/b.h"),
                 "moestro/base/b.h": ""}
        self.assert_found(
            files, "moestro/base/a.h:1", "a public header includes public")
        files["public.txt"] += "moestro/base/b.h\n"
        self.assert_clean(files)

    def test_examples_use_public_headers_only(self):
        self.assert_found(
            {"public.txt": "moestro/base/a.h\n",
             "moestro/base/a.h": "", "moestro/base/b.h": "",
             "examples/c.cpp": use("moestro/base/a.h", "moestro/base/b.h")},
            "examples/c.cpp:2", "examples use public headers only")


if __name__ == "__main__":
    unittest.main()
