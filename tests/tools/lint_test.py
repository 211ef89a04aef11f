# SPDX-License-Identifier: Apache-2.0
"""What makes tools/lint.py ask again."""
import pathlib
import sys
import tempfile
import unittest

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


if __name__ == "__main__":
    unittest.main()
