# SPDX-License-Identifier: Apache-2.0
"""What tools/torch_wheel.py reads from a report of pip."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import torch_wheel  # noqa: E402


def package(name, version, url="u"):
    return {"metadata": {"name": name, "version": version},
            "download_info": {"url": url}}


class Summary(unittest.TestCase):
    def test_sizes_are_added_and_the_version_is_that_of_torch(self):
        found = torch_wheel.summary(
            [package("Torch", "2.13.0+cpu", "a"), package("numpy", "2", "b")],
            size={"a": 30, "b": 4}.get)
        self.assertEqual(found, ("2.13.0+cpu", 34, 2))

    def test_an_unknown_size_is_no_failure(self):
        self.assertEqual(torch_wheel.size_of("no-such-scheme://x/y"), 0)

    def test_a_file_has_its_size(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"12345")
            file.flush()
            self.assertEqual(torch_wheel.size_of("file://" + file.name), 5)


if __name__ == "__main__":
    unittest.main()
