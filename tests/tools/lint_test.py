# SPDX-License-Identifier: Apache-2.0
"""What makes tools/lint.py ask again, and how it asks about several at once."""
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import check_layers  # noqa: E402
import lint  # noqa: E402


def key(files, command="c++ ROOT/a.cpp", profile="p", source="moestro/base/a.cpp"):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        tree = check_layers.read_tree(root)
        return lint.question(root, lint.closure(tree, source),
                             command.replace("ROOT", folder), profile)


class Question(unittest.TestCase):
    TREE = {"moestro/base/a.cpp": '#include "moestro/base/a.h"\n',
            "moestro/base/a.h": '#include "moestro/base/b.h"\n',
            "moestro/base/b.h": "int b;\n",
            "moestro/base/other.h": "int other;\n"}

    def changed(self, name, text):
        return key({**self.TREE, name: text}) != key(self.TREE)

    def test_nothing_changed_is_the_same_question_in_any_checkout(self):
        self.assertEqual(key(self.TREE), key(self.TREE))

    def test_the_source_itself_counts(self):
        self.assertTrue(self.changed("moestro/base/a.cpp", "int a;\n"))

    def test_a_header_behind_a_header_counts(self):
        self.assertTrue(self.changed("moestro/base/b.h", "int c;\n"))

    def test_a_header_that_is_not_reached_does_not(self):
        self.assertFalse(self.changed("moestro/base/other.h", "int c;\n"))

    def test_flags_and_profile_count(self):
        self.assertNotEqual(key(self.TREE), key(self.TREE, command="c++ -O3"))
        self.assertNotEqual(key(self.TREE), key(self.TREE, profile="q"))


class Together(unittest.TestCase):
    HEADER = "#pragma once\nint a();\nint b();\nint c();\n"
    FINE = "static int f() { return 1; }\nint a() { return f(); }\n"
    # f as well, of another kind.
    CLASH = "static double f() { return 1; }\nint b() { return f() > 0; }\n"
    APART = "int c() { return 3; }\n"
    UNDECLARED = "int d() { return 4; }\n"

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name, path in {"ROOT": self.root, "CACHE": self.root / "cache",
                           "BATCHES": self.root / "batches"}.items():
            path.mkdir(exist_ok=True)
            patch = mock.patch.object(lint, name, path)
            patch.start()
            self.addCleanup(patch.stop)
        (self.root / ".clang-tidy").write_text(
            "Checks: '-*,misc-use-internal-linkage,bugprone-suspicious-include'\n"
            "WarningsAsErrors: '*'\nHeaderFilterRegex: 'moestro/'\n")

    def source(self, name, text):
        path = self.root / "moestro" / "base" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "all.h").write_text(self.HEADER)
        path.write_text('#include "moestro/base/all.h"\n' + text)
        return lint.Source(
            f"moestro/base/{name}",
            f"clang++-19 -std=c++20 -I{self.root} -o x.o -c {path}",
            [lint.WHOLE], lambda source, level: pathlib.Path(source).stem)

    def names(self, groups):
        return [[pathlib.Path(s.name).stem for s in group] for group in groups]

    def test_sources_with_the_same_names_of_their_own_are_kept_apart(self):
        listed = [self.source("a.cpp", self.FINE), self.source("b.cpp", self.CLASH),
                  self.source("c.cpp", self.APART)]
        self.assertEqual(self.names(lint.batches(listed)), [["a", "c"], ["b"]])

    def test_what_is_found_is_found_in_its_source_and_the_others_are_known(self):
        batch = [self.source("a.cpp", self.FINE), self.source("c.cpp", self.APART),
                 self.source("d.cpp", self.UNDECLARED)]
        answers = dict(lint.ask(batch))
        self.assertEqual([name for name, found in answers.items() if found],
                         ["moestro/base/d.cpp"])
        self.assertIn("misc-use-internal-linkage", answers["moestro/base/d.cpp"])
        self.assertEqual([s.is_known() for s in batch], [True, True, False])


if __name__ == "__main__":
    unittest.main()
