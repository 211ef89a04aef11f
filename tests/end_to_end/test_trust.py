# SPDX-License-Identifier: Apache-2.0
"""What a run believes is verified: manifests, configuration, metrics, bits."""
import json
import os
import shutil
import subprocess
import sqlite3
import unittest

from harness import (PROGRAM, Case, case_with_run, checkpoint_bytes,
                     checkpoints, environment, metric_tables, query, run, seal,
                     sets, tiny_config)


def edit_manifest(checkpoint, **changes):
    path = checkpoint / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest.update(changes)
    path.write_text(json.dumps(manifest, indent=2))


class Manifests(case_with_run()):
    def goes_on_from_the_one_before(self, folder):
        self.ends(run("resume", folder), 0, "manifest.json", "damaged",
                  "checkpoint before it")
        self.assertEqual(metric_tables(folder), metric_tables(self.finished))
        self.assertEqual(checkpoint_bytes(folder),
                         checkpoint_bytes(self.finished))

    def test_edited_members_are_noticed(self):
        for number, changes in enumerate((
                {"step": 44}, {"step": 10**18}, {"step": -5}, {"cursor": 0},
                {"files": []}, {"evaluation_due": True}, {"version": 1})):
            with self.subTest(changes=changes):
                folder = self.copy(self.finished, f"copy{number}")
                edit_manifest(checkpoints(folder)[0], **changes)
                self.goes_on_from_the_one_before(folder)

    def test_a_flipped_bit_of_any_digit_is_noticed(self):
        folder = self.copy(self.finished)
        newest = checkpoints(folder)[0]
        path = newest / "manifest.json"
        whole = path.read_bytes()
        digits = [i for i, byte in enumerate(whole) if chr(byte).isdigit()]
        noticed = 0
        for at in digits:
            for bit in (0, 1, 2, 3):
                data = bytearray(whole)
                data[at] ^= 1 << bit
                path.write_bytes(data)
                result = run("checkpoint", "verify", newest)
                self.assertEqual(result.returncode, 3, (at, bit))
                noticed += 1
            if noticed >= 60:
                break
        self.assertGreaterEqual(noticed, 60)

    def test_a_name_that_leaves_the_checkpoint_is_refused(self):
        for name in ("../../run.db", "..", "", "/etc/hostname"):
            with self.subTest(name=name):
                folder = self.copy(self.finished, f"c{len(name)}")
                newest = checkpoints(folder)[0]
                manifest = json.loads((newest / "manifest.json").read_text())
                files = manifest["files"]
                files[0] = dict(files[0], name=name)
                body = json.dumps(dict(manifest, files=files), indent=2)
                (newest / "manifest.json").write_text(body)
                try:
                    seal(newest)
                except OSError:
                    pass
                self.ends(run("resume", folder), 0, "checkpoint before it")

    def test_version_1_is_read_with_a_warning(self):
        folder = self.copy(self.finished)
        for checkpoint in checkpoints(folder):
            path = checkpoint / "manifest.json"
            old = json.loads(path.read_text())
            for key in ("xxh3", "config", "bits", "evaluation_due"):
                del old[key]
            path.write_text(json.dumps(dict(old, version=1), indent=2))
        self.ends(run("resume", folder), 0, "older Moestro")
        for changes in ({"step": 44}, {"step": -5}, {"cursor": 0},
                        {"files": []}):
            edit_manifest(checkpoints(folder)[0], **changes)
            with self.subTest(changes=changes):
                self.ends(run("resume", folder), 0, "checkpoint before it")


class Verify(case_with_run()):
    def test_a_sound_run_is_fine(self):
        result = run("checkpoint", "verify", self.finished)
        self.ends(result, 0)
        self.assertIn("step-00000008", result.stdout)
        answer = json.loads(
            run("checkpoint", "verify", self.finished, "--json").stdout)
        self.assertEqual(answer["faults"], [])
        self.assertEqual([c["step"] for c in answer["checkpoints"]], [8, 4])

    def test_each_fault_is_a_line(self):
        folder = self.copy(self.finished)
        newest = checkpoints(folder)[0]
        os.truncate(newest / "model.safetensors", 10)
        (newest / "state.safetensors").unlink()
        result = run("checkpoint", "verify", folder)
        self.ends(result, 3)
        self.assertIn("model.safetensors is truncated", result.stdout)
        self.assertIn("state.safetensors", result.stdout)
        one = run("checkpoint", "verify", checkpoints(folder)[1])
        self.ends(one, 0)

    def test_what_is_no_run_is_refused(self):
        self.refused(run("checkpoint", "verify", self.folder), 3, self.folder)
        self.refused(run("checkpoint", "verify", self.folder / "no"), 3)
        self.refused(run("checkpoint", "look", self.finished), 2, "verify")


class EditedConfiguration(case_with_run()):
    def edited(self, name, before, after):
        folder = self.copy(self.finished, name)
        path = folder / "config.toml"
        text = path.read_text()
        self.assertIn(before, text)
        path.write_text(text.replace(before, after))
        return folder

    def test_another_seed_rate_or_top_k_is_refused_key_by_key(self):
        for name, before, after, key in (
                ("seed", "seed = 1\n", "seed = 2\n", "train.seed = 1"),
                ("lr", "\nlr = 0.003", "\nlr = 0.5", "optimizer.lr = 0.003"),
                ("k", "top_k = 2", "top_k = 1", "moe.top_k = 2")):
            folder = self.edited(name, before, after)
            for verb in ("resume", "eval", "generate"):
                with self.subTest(name=name, verb=verb):
                    self.ends(run(verb, folder), 2, "config.toml", key)

    def test_an_empty_or_cut_file_is_refused(self):
        folder = self.copy(self.finished)
        text = (self.finished / "config.toml").read_text()
        cuts = [0] + [i for i in range(len(text)) if text.startswith("\n[", i)]
        for cut in cuts:
            with self.subTest(cut=cut):
                (folder / "config.toml").write_text(text[:cut])
                result = run("resume", folder)
                # What single layers say may follow from the rest.
                if cut >= text.index("\n[[") and result.returncode == 0:
                    self.assertEqual(metric_tables(folder),
                                     metric_tables(self.finished))
                else:
                    self.assertIn(result.returncode, (2, 3))

    def test_without_a_checkpoint_the_run_store_tells(self):
        folder = self.edited("none", "seed = 1\n", "seed = 2\n")
        shutil.rmtree(folder / "checkpoints")
        self.ends(run("resume", folder), 2, "train.seed = 1")

    def test_more_steps_may_be_asked_for_where_the_schedule_allows_it(self):
        folder = self.train("longer", optimizer__schedule="constant")
        self.ends(run("resume", folder, *sets(train__steps=12)), 0)
        whole = self.train("whole", optimizer__schedule="constant",
                           train__steps=12)
        self.assertEqual(metric_tables(folder)["scalar"],
                         metric_tables(whole)["scalar"])


class UntrainedModels(Case):
    def test_eval_and_generate_want_a_checkpoint(self):
        folder = self.train()
        shutil.rmtree(folder / "checkpoints")
        for verb in ("eval", "generate"):
            with self.subTest(verb=verb):
                self.refused(run(verb, folder), 3, "no finished checkpoint")


class Tidying(Case):
    def test_a_damaged_newer_checkpoint_does_not_push_out_the_good_one(self):
        folder = self.train(train__keep_checkpoints=1, train__steps=12)
        good = checkpoints(folder)[0]
        damaged = good.with_name("step-00000099")
        shutil.copytree(good, damaged)
        seal_step = json.loads((damaged / "manifest.json").read_text())
        self.assertEqual(seal_step["step"], 12)
        self.ends(run("resume", folder), 0, "step-00000099")
        self.assertTrue(good.exists())


class MissingMetrics(case_with_run()):
    def copies(self):
        def short(folder):
            database = sqlite3.connect(folder / "run.db")
            database.execute("DELETE FROM step WHERE step BETWEEN 3 AND 5")
            database.commit()
            database.close()
        yield "gone", lambda folder: (folder / "run.db").unlink()
        yield "empty", lambda folder: os.truncate(folder / "run.db", 0)
        yield "foreign", lambda folder: (folder / "run.db").write_text("x" * 99)
        yield "short", short

    def test_what_is_lost_is_said_and_goes_on_only_when_told(self):
        for name, damage in self.copies():
            with self.subTest(name=name):
                folder = self.copy(self.finished, name)
                damage(folder)
                before = (folder / "run.db").read_bytes() \
                    if (folder / "run.db").exists() else None
                self.refused(run("resume", folder), 3, "run.db",
                             "--accept-missing-metrics")
                if before is not None:
                    self.assertEqual((folder / "run.db").read_bytes(), before)
                self.ends(run("resume", folder, "--accept-missing-metrics"), 0)
                kinds = [row[0] for row in query(
                    folder, "SELECT kind FROM event")]
                self.assertIn("missing-metrics", kinds)


class OtherBits(case_with_run()):
    def test_an_environment_that_changes_bits_is_refused_by_name(self):
        for name, value in (("OMP_DYNAMIC", "true"), ("OMP_THREAD_LIMIT", "1"),
                            ("ATEN_CPU_CAPABILITY", "default"),
                            ("MKL_CBWR", "COMPATIBLE")):
            with self.subTest(name=name):
                folder = self.copy(self.finished, name)
                env = environment(**{name: value})
                self.refused(run("resume", folder, env=env), 2, name,
                             "--accept-other-bits")
                self.assertEqual(metric_tables(folder),
                                 metric_tables(self.finished))
                self.ends(run("resume", folder, "--accept-other-bits", env=env),
                          0)
                self.assertTrue(query(
                    folder, "SELECT text FROM event WHERE kind = 'other-bits'"))

    def test_another_processor_is_refused(self):
        folder = self.copy(self.finished)
        newest = checkpoints(folder)[0]
        bits = json.loads((newest / "manifest.json").read_text())["bits"]
        seal(newest, bits=dict(bits, processor="SomebodyElse AVX9"))
        self.refused(run("resume", folder), 2, "processor",
                     "'SomebodyElse AVX9'")


class Unreadable(case_with_run()):
    def test_a_loop_of_links_is_refused_and_nothing_touched(self):
        folder = self.copy(self.finished)
        shutil.rmtree(folder / "checkpoints")
        (folder / "checkpoints").symlink_to(folder / "checkpoints")
        before = (folder / "run.db").read_bytes()
        for verb in ("resume", "eval", "generate"):
            with self.subTest(verb=verb):
                self.refused(run(verb, folder), 3, "checkpoints")
        self.assertEqual((folder / "run.db").read_bytes(), before)

    def test_a_folder_without_permission_is_refused(self):
        folder = self.copy(self.finished)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        for parent in (self.folder, self.folder.parent):
            parent.chmod(0o755)
        (folder / "checkpoints").chmod(0)
        user = {"user": 65534, "group": 65534, "extra_groups": []}
        user = user if os.geteuid() == 0 else {}
        try:
            readable = subprocess.run([PROGRAM, "--version"],
                                      capture_output=True, **user)
        except OSError:
            readable = None
        if readable is None or readable.returncode != 0:
            self.skipTest("nobody may not run the program here")
        before = (folder / "run.db").read_bytes()
        self.refused(run("resume", folder, **user), 3, "checkpoints",
                     "Permission denied")
        (folder / "checkpoints").chmod(0o755)
        (checkpoints(folder)[0] / "model.safetensors").chmod(0)
        self.refused(run("resume", folder, **user), 3, "model.safetensors",
                     "Permission denied")
        self.assertEqual((folder / "run.db").read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
