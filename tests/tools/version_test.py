# SPDX-License-Identifier: Apache-2.0
"""The version stands in CMakeLists.txt; whatever repeats it agrees."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def first(pattern, file):
    return re.search(pattern, (ROOT / file).read_text(), re.M).group(1)


class Version(unittest.TestCase):
    VERSION = first(r"project\(moestro VERSION (\d+\.\d+\.\d+)", "CMakeLists.txt")

    def test_citation_names_it(self):
        self.assertEqual(first(r"^version: (\S+)$", "CITATION.cff"), self.VERSION)

    def test_changelog_has_a_section_of_it(self):
        self.assertIn(f"## {self.VERSION}", (ROOT / "CHANGELOG.md").read_text())

    def test_nothing_else_spells_it(self):
        for folder in ("moestro", "cli", "tools", "cmake"):
            for path in (ROOT / folder).rglob("*"):
                if path.suffix in (".h", ".cpp", ".sh", ".py", ".cmake"):
                    self.assertNotRegex(
                        path.read_text(),
                        rf"moestro\W+{re.escape(self.VERSION)}", path)


if __name__ == "__main__":
    unittest.main()
