# SPDX-License-Identifier: Apache-2.0
"""Every command of the README runs; its C++ stands in a program that is built."""
import re
import shutil
import subprocess
import unittest

from harness import ROOT, environment

README = ROOT / "README.md"
SKIPPED = ("git clone", "cd ", "make test", "make check")
# What the tests of a whole machine run by themselves.
FEW_STEPS = {"make demo": "make demo STEPS=20"}


def blocks(language):
    fence = re.compile(rf"^```{language}\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return fence.findall(README.read_text())


def commands():
    for block in blocks("sh"):
        for line in block.replace("\\\n", " ").splitlines():
            line = line.split(" #")[0].strip()
            if line and not line.startswith(("#", *SKIPPED)):
                yield FEW_STEPS.get(line, line)


def squeezed(text):
    return re.sub(r"\s+", " ", text).strip()


class Readme(unittest.TestCase):
    def setUp(self):
        if not README.exists():
            self.skipTest("there is no README.md yet")

    def test_every_command_runs(self):
        self.assertTrue(list(commands()))
        made = set()
        env = environment(MAKEFLAGS="", MFLAGS="")
        for command in commands():
            with self.subTest(command=command):
                for run in re.findall(r"--run (\S+)", command):
                    if (ROOT / run).exists():
                        self.skipTest(f"{run} is there already")
                result = subprocess.run(
                    ["bash", "-c", command], cwd=ROOT, env=env, text=True,
                    capture_output=True)
                self.assertEqual(result.returncode, 0,
                                 result.stdout[-1000:] + result.stderr[-1000:])
                made |= set(re.findall(r"finished \d+ steps in (\S+);",
                                       result.stderr))
        for run in made:
            shutil.rmtree(ROOT / run)

    def test_the_lines_of_cpp_stand_in_an_example_that_is_built(self):
        examples = [squeezed(path.read_text())
                    for path in (ROOT / "examples").rglob("*.cpp")]
        self.assertTrue(blocks("cpp"))
        for block in blocks("cpp"):
            self.assertTrue(any(squeezed(block) in e for e in examples), block)

    def test_files_that_it_links_exist(self):
        for target in re.findall(r"\]\(([^)#]+)", README.read_text()):
            if "://" not in target:
                with self.subTest(target=target):
                    self.assertTrue((ROOT / target).exists())
