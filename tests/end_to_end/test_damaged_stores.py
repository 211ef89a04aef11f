# SPDX-License-Identifier: Apache-2.0
"""`report` of a damaged run store: what is readable (0) or a refusal that names
the store (3); no other ending, and no hang."""
import itertools
import os
import shutil
import stat
import subprocess

from harness import case_with_run, run
from store_damage import RANDOM, SAID, damage, execute

FORMS = itertools.cycle(("", "--json", "--html"))
SECONDS = 60  # a hang, however slow the machine


class DamagedStores(case_with_run(train__steps=8)):
    ROUNDS = 4

    def store(self):
        """Of a run without checkpoints: `report` reads nothing else."""
        folder = self.folder / "run"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy(self.finished / "run.db", folder)
        return folder / "run.db"

    def report(self, form):
        words = [form] if form else []
        if form == "--html":
            words.append(self.folder / "card.html")
        try:
            return run("report", self.folder / "run", *words, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self.fail(f"`report {form}` hangs")

    def ends_well(self, forms, codes=(0, 3)):
        for form in forms:
            result = self.report(form)
            self.assertIn(result.returncode, codes, (form, result.stderr))
            if result.returncode == 3:
                self.refused(result, 3, "run.db")

    def test_randomly_damaged_store_is_shown_or_refused(self):
        for seed in range(self.ROUNDS * len(RANDOM)):
            way = damage(self.store(), seed)
            with self.subTest(seed=seed, way=way):
                self.ends_well([next(FORMS)])

    def test_store_with_impossible_content_is_shown_or_refused(self):
        for code, statements in SAID:
            with self.subTest(said=statements):
                execute(self.store(), statements)
                self.ends_well(["", "--json", "--html"], [code])

    def test_log_that_is_no_file_does_not_hang(self):
        for ending in ("-wal", "-journal"):
            with self.subTest(ending=ending):
                path = self.store()
                os.mkfifo(f"{path}{ending}")
                self.refused(self.report(""), 3, f"run.db{ending}", "FIFO")

    def test_store_that_is_no_file_is_refused(self):
        path = self.store()
        path.unlink()
        kinds = {
            "FIFO": os.mkfifo,
            "socket": lambda p: os.mknod(p, stat.S_IFSOCK | 0o600),
            "loop": lambda p: p.symlink_to(p),
            "device": lambda p: p.symlink_to("/dev/zero")}
        for name, make in kinds.items():
            make(path)
            with self.subTest(kind=name):
                self.refused(self.report(""), 3, "run.db")
            path.unlink()
