# SPDX-License-Identifier: Apache-2.0
"""Every call of the system that can fail is made to, one after the other.

The quick tier takes a sample of the places; MOESTRO_THOROUGH=1 (make stress)
takes every open, fsync, rename and mkdir, the first 300 writes and then every
tenth more, and 200 allocations."""
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import unittest

from harness import (Case, case_with_run, checkpoint_bytes, checkpoints,
                     environment, metric_tables, run, session_folder, sets,
                     text_folder, tiny_config, xxh3)

LIBRARY = os.environ.get("MOESTRO_FAULTS", "")
THOROUGH = os.environ.get("MOESTRO_THOROUGH") == "1"
CALLS = ("open", "fsync", "rename", "mkdir", "write", "alloc")
STEPS = sets(train__steps=6, train__checkpoint_every=2)


def with_fault(fault="", **more):
    return environment(LD_PRELOAD=LIBRARY, MOESTRO_FAULT=fault, **more)


def places(call, total, quick):
    """Which of `total` calls are made to fail."""
    every = list(range(1, total + 1))
    if not THOROUGH:
        step = max(1, total // quick)
        return sorted({*every[::step][:quick], *every[-1:]})
    if call == "write":
        far = [round(300 * 1.1 ** i) for i in range(100)]
        return [n for n in every if n <= 300] + [n for n in far if 300 < n <= total]
    if call == "alloc":
        return sorted(random.Random(1).sample(every, min(200, total)))
    return every


def is_sound(checkpoint):
    text = (checkpoint / "manifest.json").read_text()
    body, seal = text.rsplit(',\n  "xxh3": "', 1)
    manifest = json.loads(text)
    return seal[:16] == xxh3(body.encode()) and all(
        xxh3((checkpoint / f["name"]).read_bytes()) == f["xxh3"]
        for f in manifest["files"])


@unittest.skipIf(not os.path.exists(LIBRARY),
                 "the library of faults is built with the program")
class Faults(case_with_run(train__steps=6, train__checkpoint_every=2)):
    tries = 0

    def totals(self, *words):
        counts = self.folder / "counts"
        result = run(*words, env=with_fault(MOESTRO_FAULT_COUNTS=str(counts)))
        self.ends(result, 0)
        lines = counts.read_text().split("\n")
        return {name: int(number) for name, number in
                (line.split() for line in lines if line)}

    def each_fault(self, totals, quick, words_of, check):
        """`words_of(name)` is a command in a place of its own, `check(name,
        result)` what must hold when it ended."""
        for call in CALLS:
            for n in places(call, totals[call], quick):
                name = f"{call}-{n}"
                with self.subTest(fault=name):
                    words = words_of(name)
                    result = run(*words, env=with_fault(f"{call}:{n}"))
                    self.ended_well(result)
                    check(name, result)
                    type(self).tries += 1

    def ended_well(self, result):
        self.assertIn(result.returncode, (0, 1, 2, 3), result.stderr)
        for raw in ("terminate called", "bad_alloc", "enforce fail",
                    "filesystem error", "what():", "frame #"):
            self.assertNotIn(raw, result.stderr)
        if result.returncode != 0:
            self.assertIn("moestro:", result.stderr)

    def goes_on_in_the_same_bits(self, folder):
        self.assertEqual((folder / "notes.txt").read_text(), "mine")
        for checkpoint in checkpoints(folder):
            self.assertTrue(is_sound(checkpoint), checkpoint)
        if not (folder / "config.toml").exists():
            self.assertEqual(list(folder.glob("run.db*")), [])
            self.ends(run("train", tiny_config(), "--run", folder, *STEPS), 0)
        else:
            self.ends(run("resume", folder), 0)
        self.same(metric_tables(folder), metric_tables(self.finished))
        ours = checkpoint_bytes(folder)
        whole = checkpoint_bytes(self.finished)
        last = [name for name in whole if "step-00000006" in name]
        # One before the last may have failed, which was said.
        self.same({n: b for n, b in ours.items() if n in whole},
                  {n: b for n, b in whole.items() if n in ours})
        self.assertTrue(set(last) <= set(ours))

    def test_train(self):
        def words(name):
            folder = self.folder / name
            folder.mkdir()
            (folder / "notes.txt").write_text("mine")
            return "train", tiny_config(), "--run", folder, *STEPS

        def check(name, _):
            self.goes_on_in_the_same_bits(self.folder / name)
        self.each_fault(self.totals(*words("count")), 4, words, check)

    def test_resume(self):
        def words(name):
            folder = self.copy(self.finished, name)
            (folder / "notes.txt").write_text("mine")
            newest = checkpoints(folder)[0]
            newest.rename(f"{newest}.tmp-1")
            return "resume", folder

        def check(name, _):
            self.goes_on_in_the_same_bits(self.folder / name)
        self.each_fault(self.totals(*words("count")), 2, words, check)

    def test_eval(self):
        words = ("eval", self.finished)
        answer = run(*words).stdout
        before = checkpoint_bytes(self.finished)

        def check(_, result):
            # A newest checkpoint that cannot be opened is passed over, aloud.
            older = "trying the checkpoint before it" in result.stderr
            if result.returncode == 0 and not older:
                self.assertEqual(result.stdout, answer)
            self.same(checkpoint_bytes(self.finished), before)
        self.each_fault(self.totals(*words), 2, lambda _: words, check)

    def test_report(self):
        def words(name):
            page = self.folder / f"{name}.html"
            page.write_text("before")
            return "report", self.finished, "--html", page
        counts = self.totals(*words("count"))
        whole = (self.folder / "count.html").read_text()

        def check(name, result):
            page = (self.folder / f"{name}.html").read_text()
            self.assertTrue(page == whole or
                            (page == "before" and result.returncode != 0))
            self.assertEqual(list(self.folder.glob("*tmp*")), [])
        self.each_fault(counts, 3, words, check)

    def test_data_build(self):
        def words(name):
            return ("data", "build", "--from", text_folder(), "--out",
                    self.folder / name)

        def files(folder):
            return {p.name: p.read_bytes() for p in folder.iterdir()}
        counts = self.totals(*words("count"))
        whole = files(self.folder / "count")

        def check(name, result):
            folder = self.folder / name
            if result.returncode == 0 or folder.exists():
                self.same(files(folder), whole)
        self.each_fault(counts, 3, words, check)

    def test_plan(self):
        request = self.folder / "request.json"
        request.write_text('{"load":[[9,2,3,1]],"slots":6,"devices":2}')
        words = ("plan", "place", request, "--json")
        answer = run(*words).stdout

        def check(_, result):
            if result.returncode == 0:
                self.assertEqual(result.stdout, answer)
        self.each_fault(self.totals(*words), 3, lambda _: words, check)

    @classmethod
    def tearDownClass(cls):
        print(f"faults that were made: {cls.tries}")
        super().tearDownClass()


if __name__ == "__main__":
    unittest.main()
