# SPDX-License-Identifier: Apache-2.0
"""Kills at any instant, and disks that lose or reorder what was not synced.

Twenty kills and forty disks in the quick tier; MOESTRO_THOROUGH=1 (make stress)
makes two hundred kills and four hundred disks."""
import os
import pathlib
import random
import shutil
import signal
import time
import unittest

from harness import (TIMEOUT, Case, case_with_run, checkpoint_bytes,
                     checkpoints, environment, metric_tables, run, sets, start,
                     tiny_config)

LIBRARY = os.environ.get("MOESTRO_FAULTS", "")
THOROUGH = os.environ.get("MOESTRO_THOROUGH") == "1"
STEPS = sets(train__steps=6, train__checkpoint_every=2)
KILLS, DISKS = (200, 400) if THOROUGH else (20, 40)
NEEDS_LIBRARY = unittest.skipIf(
    not os.path.exists(LIBRARY),
    "the library of faults is built with the program")


class Survivors(case_with_run(train__steps=6, train__checkpoint_every=2)):
    def goes_on_in_the_same_bits(self, folder):
        if not (folder / "config.toml").exists():
            # Nothing had begun; the same command begins anew.
            self.assertEqual(checkpoints(folder), [])
            shutil.rmtree(folder, ignore_errors=True)
            self.ends(run("train", tiny_config(), "--run", folder, *STEPS), 0)
        else:
            self.ends(run("resume", folder), 0)
        self.same(metric_tables(folder), metric_tables(self.finished))
        # One that was about to be removed may still be there.
        ours, whole = checkpoint_bytes(folder), checkpoint_bytes(self.finished)
        self.same({name: ours.get(name) for name in whole}, whole)
        self.ends(run("checkpoint", "verify", folder), 0)


@NEEDS_LIBRARY
class Kills(Survivors):
    def test_a_kill_at_any_call_of_a_checkpoint_loses_nothing(self):
        counts = self.folder / "counts"
        folder = self.folder / "whole"
        self.ends(run("train", tiny_config(), "--run", folder, *STEPS,
                      env=environment(LD_PRELOAD=LIBRARY,
                                      MOESTRO_FAULT_COUNTS=str(counts))), 0)
        totals = dict(line.split() for line in
                      counts.read_text().split("\n") if line)
        at = [(call, n) for call in ("write", "fsync", "rename", "mkdir")
              for n in range(1, int(totals[call]) + 1)]
        chosen = random.Random(7).sample(at, min(KILLS // 2, len(at)))
        for call, n in chosen:
            with self.subTest(call=call, n=n):
                folder = self.folder / f"{call}-{n}"
                result = run("train", tiny_config(), "--run", folder, *STEPS,
                             env=environment(
                                 LD_PRELOAD=LIBRARY,
                                 MOESTRO_FAULT=f"{call}:{n}:kill"))
                self.assertIn(result.returncode, (0, -signal.SIGKILL))
                self.goes_on_in_the_same_bits(folder)

    def test_a_kill_at_any_time_loses_nothing(self):
        whole = time.monotonic()
        self.train("timed", *STEPS)
        whole = time.monotonic() - whole
        draws = random.Random(8)
        for n in range(KILLS - KILLS // 2):
            with self.subTest(n=n):
                folder = self.folder / f"kill-{n}"
                process = start("train", tiny_config(), "--run", folder, *STEPS)
                time.sleep(draws.uniform(0.3, 1) * whole)
                process.kill()
                process.communicate(timeout=TIMEOUT)
                self.goes_on_in_the_same_bits(folder)


class Disk:
    """The files that a log of changes leaves behind, once all that was synced
    and a choice of the rest has reached the disk."""

    def __init__(self, root):
        self.root = str(root)

    @staticmethod
    def read(log):
        changes, at = [], 0
        while at < len(log):
            end = log.index(b"\n", at)
            op, number, size, path = log[at:end].decode().split(" ", 3)
            data = log[end + 1:end + 1 + int(size)]
            changes.append((op, int(number), path, data))
            at = end + 1 + int(size)
        return changes

    @staticmethod
    def survive(changes, draws):
        """Of what was not synced, each file's changes to some point; a name's
        change may be lost while no folder above it was synced."""
        keep = [True] * len(changes)
        synced = {}
        for i, (op, _, path, _) in enumerate(changes):
            if op == "sync":
                synced[path] = i
        cut = {}
        for i, (op, _, path, _) in enumerate(changes):
            if op in ("write", "truncate", "resize"):
                if i > synced.get(path, -1):
                    place = cut.setdefault(path, draws.randrange(i, len(changes) + 1))
                    keep[i] = i < place
            elif op in ("create", "mkdir", "rename", "remove"):
                names = path.split("\t")
                folder = os.path.dirname(names[-1])
                durable = i < synced.get(folder, -1) or any(
                    i < synced.get(name, -1) for name in names[-1:])
                # Journals commit names in their order: from the first lost one
                # on, none of that folder is there.
                if not durable:
                    place = cut.setdefault("names", draws.randrange(i, len(changes) + 1))
                    keep[i] = i < place
        return [c for c, kept in zip(changes, keep) if kept]

    def build(self, changes, target):
        def place(path):
            return str(target) + path[len(self.root):]
        for op, number, path, data in changes:
            if op == "sync":
                continue
            name = place(path.split("\t")[0])
            try:
                if op == "mkdir":
                    os.makedirs(name, exist_ok=True)
                elif op in ("create", "truncate"):
                    os.makedirs(os.path.dirname(name), exist_ok=True)
                    open(name, "wb" if op == "truncate" else "ab").close()
                elif op == "write":
                    with open(name, "r+b") as file:
                        file.seek(number)
                        file.write(data)
                elif op == "resize":
                    os.truncate(name, number)
                elif op == "rename":
                    new = place(path.split("\t")[1])
                    if os.path.isdir(new):
                        shutil.rmtree(new)
                    os.rename(name, new)
                elif os.path.isdir(name):
                    os.rmdir(name)
                else:
                    os.unlink(name)
            except (FileNotFoundError, OSError):
                pass  # what it would have changed was lost before


@NEEDS_LIBRARY
class LyingDisks(Survivors):
    def test_every_state_that_a_crash_may_leave_goes_on(self):
        log = self.folder / "log"
        folder = self.folder / "run"
        self.ends(run("train", tiny_config(), "--run", folder, *STEPS,
                      env=environment(LD_PRELOAD=LIBRARY,
                                      MOESTRO_FAULT_LOG=str(log),
                                      MOESTRO_FAULT_ROOT=str(folder))), 0)
        changes = Disk.read(log.read_bytes())
        self.assertGreater(len(changes), 100)
        disk, draws = Disk(folder), random.Random(9)
        for n in range(DISKS):
            end = draws.randrange(1, len(changes) + 1)
            part = changes[:end]
            if n % 2:
                part = disk.survive(part, draws)
            with self.subTest(n=n, end=end):
                target = self.folder / f"disk-{n}"
                target.mkdir()
                disk.build(part, target)
                result = run("resume", target) \
                    if (target / "config.toml").exists() else None
                if result is not None and "run.db" in result.stderr and \
                        result.returncode == 3:
                    # The store lost what the checkpoint promised: said, and
                    # gone on from when told.
                    self.fail("a checkpoint was published before its metrics: "
                              + result.stderr)
                self.goes_on_in_the_same_bits(target)
                shutil.rmtree(target)


if __name__ == "__main__":
    unittest.main()
