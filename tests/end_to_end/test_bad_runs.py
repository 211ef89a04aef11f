# SPDX-License-Identifier: Apache-2.0
"""Damaged checkpoints, full disks, second writers, numbers that went bad."""
import contextlib
import fcntl
import json
import os
import resource
import signal
import sqlite3
import subprocess
import unittest

from harness import (Case, PROGRAM, case_with_run, checkpoints, environment,
                     metric_tables, run, seal, sets, start, tiny_config,
                     checkpoint_bytes)


def flip(path, at=-3):
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


def wall_seconds(folder):
    """Seconds since the run began, by step; a resume goes on counting."""
    with contextlib.closing(sqlite3.connect(folder / "run.db")) as db:
        return [row[0] for row in db.execute(
            "SELECT wall_seconds FROM step_clock ORDER BY step")]


class DamagedCheckpoints(case_with_run()):
    def resumes_from_the_one_before(self, folder, said):
        result = run("resume", folder)
        self.ends(result, 0, said, "checkpoint before it")
        self.assertEqual(metric_tables(folder), metric_tables(self.finished))
        self.assertEqual(checkpoint_bytes(folder),
                         checkpoint_bytes(self.finished))
        seconds = wall_seconds(folder)
        self.assertEqual(seconds, sorted(seconds))

    def test_truncated_checkpoint_falls_back_to_the_one_before(self):
        folder = self.copy(self.finished)
        os.truncate(checkpoints(folder)[0] / "model.safetensors", 1000)
        self.resumes_from_the_one_before(folder, "truncated")

    def test_bit_flipped_checkpoint_falls_back_to_the_one_before(self):
        folder = self.copy(self.finished)
        flip(checkpoints(folder)[0] / "optimizer.safetensors")
        self.resumes_from_the_one_before(folder, "hash")

    def test_checkpoint_without_manifest_falls_back_to_the_one_before(self):
        folder = self.copy(self.finished)
        (checkpoints(folder)[0] / "manifest.json").unlink()
        self.resumes_from_the_one_before(folder, "manifest.json")

    def test_cut_manifest_falls_back_to_the_one_before(self):
        folder = self.copy(self.finished)
        os.truncate(checkpoints(folder)[0] / "manifest.json", 40)
        self.resumes_from_the_one_before(folder, "manifest.json")

    def test_run_with_every_checkpoint_damaged_is_refused(self):
        folder = self.copy(self.finished)
        for checkpoint in checkpoints(folder):
            flip(checkpoint / "model.safetensors")
        for verb in ("resume", "eval", "generate"):
            with self.subTest(verb=verb):
                self.ends(run(verb, folder), 3, "every checkpoint", folder)

    def test_manifest_of_a_newer_version_is_refused_naming_both(self):
        folder = self.copy(self.finished)
        path = checkpoints(folder)[0] / "manifest.json"
        manifest = json.loads(path.read_text())
        manifest["version"] = 9
        path.write_text(json.dumps(manifest))
        self.refused(run("resume", folder), 3, "manifest.json", "version 9",
                     "version 2")
        # Also one that fits its own hash.
        folder = self.copy(self.finished, "sealed")
        seal(checkpoints(folder)[0], version=9)
        self.refused(run("resume", folder), 3, "version 9")

    def test_weights_that_are_not_finite_are_refused_by_name(self):
        import torch
        from safetensors.torch import load_file, save_file
        folder = self.copy(self.finished)
        checkpoint = checkpoints(folder)[0]
        tensors = load_file(checkpoint / "model.safetensors")
        name = "block.01.layer.experts.up"
        tensors[name][2].view(-1)[0] = torch.nan
        save_file(tensors, checkpoint / "model.safetensors")
        seal(checkpoint)
        for verb in ("resume", "eval"):
            with self.subTest(verb=verb):
                self.refused(run(verb, folder), 3, name, "finite")

    def test_unfinished_checkpoint_is_ignored_and_removed(self):
        folder = self.copy(self.finished)
        newest = checkpoints(folder)[0]
        newest.rename(f"{newest}.tmp-1")
        self.ends(run("resume", folder), 0)
        self.assertFalse(list((folder / "checkpoints").glob("*tmp*")))
        self.assertEqual(metric_tables(folder), metric_tables(self.finished))


class Resuming(case_with_run()):
    def test_resume_with_other_threads_is_refused(self):
        self.refused(run("resume", self.finished, "--threads", 2), 2, "threads")

    def test_resume_with_other_settings_names_them(self):
        self.ends(run("resume", self.finished, *sets(optimizer__lr=0.5)), 2,
                  "lr = 0.003 (asked: 0.5)")

    def test_resume_without_a_checkpoint_starts_at_step_0_and_says_so(self):
        folder = self.copy(self.finished)
        for checkpoint in checkpoints(folder):
            checkpoint.rename(f"{checkpoint}.tmp-1")
        self.ends(run("resume", folder), 0, "no finished checkpoint", "step 0")
        self.assertEqual(metric_tables(folder), metric_tables(self.finished))
        self.assertEqual(checkpoint_bytes(folder),
                         checkpoint_bytes(self.finished))

    def test_resume_of_a_finished_run_changes_nothing(self):
        folder = self.copy(self.finished)
        self.ends(run("resume", folder), 0)
        self.assertEqual(metric_tables(folder), metric_tables(self.finished))

    def test_second_writer_is_refused(self):
        folder = self.copy(self.finished)
        with open(folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.refused(run("resume", folder), 1, folder)

    def test_lock_file_of_a_killed_run_does_not_block(self):
        folder = self.copy(self.finished)
        (folder / "lock").write_text("12345\n")
        self.ends(run("resume", folder), 0)


class FullDisk(Case):
    """A limit on the size of a file fails as a full disk does, for any user."""

    def limited(self, words, size):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_FSIZE,
                               (size, resource.RLIM_INFINITY))
        return start("train", tiny_config(), "--run", self.folder / "run",
                     *words, preexec_fn=limit)

    def test_three_failed_checkpoints_in_a_row_stop_the_run(self):
        # What is measured now and then would fill the run store first.
        process = self.limited(
            sets(train__checkpoint_every=2, train__eval_every=0,
                 train__probe_every=0), 40_000)
        said = process.communicate()[1]
        self.assertEqual(process.returncode, 1, said)
        self.assertEqual(said.count("training goes on"), 2, said)
        self.assertIn("step-00000006", said)
        self.assertEqual(list((self.folder / "run/checkpoints").iterdir()), [])

    def test_training_goes_on_after_a_failed_checkpoint(self):
        process = self.limited(
            sets(train__checkpoint_every=60, train__steps=240), 40_000)
        said = ""
        while "training goes on" not in said and process.poll() is None:
            said += process.stderr.readline()
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE,
                         (resource.RLIM_INFINITY,) * 2)
        said += process.communicate()[1]
        self.assertEqual(process.returncode, 0, said)
        names = [path.name for path in checkpoints(self.folder / "run")]
        self.assertIn("step-00000240", names)

    def test_run_that_cannot_write_its_records_fails_in_one_line(self):
        process = self.limited([], 8_000)
        said = process.communicate()[1]
        self.assertEqual(process.returncode, 1, said)
        self.assertIn("run.db", said)

    @unittest.skipUnless(os.geteuid() == 0, "mounting needs root")
    def test_full_file_system_keeps_the_earlier_checkpoint(self):
        place = self.folder / "small"
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", place]
        if subprocess.run(mount, capture_output=True).returncode != 0:
            self.skipTest("this machine mounts nothing")
        try:
            result = run("train", tiny_config(), "--run", place / "run",
                         *sets(moe__hidden=64, train__steps=100,
                               train__keep_checkpoints=50))
            self.ends(result, 1, "No space left")
            self.assertTrue(checkpoints(place / "run"))
        finally:
            subprocess.run(["umount", place], check=True)

    def test_read_only_run_folder_fails_before_the_first_step(self):
        # As root, permissions do not bind: the program runs as nobody.
        place = self.folder / "read-only"
        place.mkdir(mode=0o555)
        user = {"user": 65534, "group": 65534, "extra_groups": []}
        user = user if os.geteuid() == 0 else {}
        for folder in (self.folder, self.folder.parent):
            folder.chmod(0o755)
        try:
            readable = subprocess.run(
                [PROGRAM, "--version"], capture_output=True, **user)
        except OSError:
            readable = None
        if readable is None or readable.returncode != 0:
            self.skipTest("nobody may not run the program here")
        result = run("train", tiny_config(), "--run", place / "run",
                     env=environment(), **user)
        self.refused(result, 1, place)


class NumericGuard(Case):
    def diverge(self, **keys):
        return run("train", tiny_config(), "--run", self.folder / "run",
                   *sets(optimizer__clip=0, optimizer__warmup=0,
                         train__steps=30, **keys))

    def test_training_that_diverges_stops_naming_layer_and_expert(self):
        for rate in ("1e4", "1e6", "1e9"):
            with self.subTest(rate=rate):
                self.folder /= "next"
                result = self.diverge(optimizer__lr=rate)
                self.ends(result, 4, "finite")
                self.assertRegex(result.stderr, r"layer \d, expert \d")

    def test_steps_that_are_skipped_are_recorded(self):
        import sqlite3
        self.ends(self.diverge(optimizer__lr="1e6"), 4)
        database = sqlite3.connect(self.folder / "run/run.db")
        skipped = database.execute(
            "SELECT count(*) FROM step WHERE skipped = 1").fetchone()[0]
        events = database.execute("SELECT kind FROM event").fetchall()
        database.close()
        self.assertGreaterEqual(skipped, 3)
        self.assertIn(("stopped",), events)
