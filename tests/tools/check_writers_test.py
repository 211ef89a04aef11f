# SPDX-License-Identifier: Apache-2.0
"""Small made-up trees for tools/check_writers.py."""
import unittest

from made_up_tree import report_of


def report_on(text, path="moestro/text/a.cpp"):
    return report_of("check_writers.py", {path: text})


class CheckWriters(unittest.TestCase):

    def test_whoever_opens_a_file_for_writing_is_found(self):
        for line in ("std::ofstream out(path);", "FILE* f = fopen(p, mode);",
                     "open(path, O_WRONLY | flags);", "creat(path, 0644);",
                     "int f = mkstemp(name);"):
            with self.subTest(line=line):
                said = report_on("\n" + line + "\n")
                self.assertIn("moestro/text/a.cpp:2: files are written by", said)

    def test_reading_and_words_in_comments_are_fine(self):
        self.assertEqual(report_on(
            "std::ifstream in(path);  // no ofstream\nopen(path, O_RDONLY);\n"), "")

    def test_the_one_place_is_fine(self):
        self.assertEqual(report_on("open(path, O_CREAT);",
                                   "moestro/base/durable.cpp"), "")


if __name__ == "__main__":
    unittest.main()
