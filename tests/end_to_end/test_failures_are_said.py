# SPDX-License-Identifier: Apache-2.0
"""What failed is said: last checkpoints, vanished folders, full and closed
streams, signals, memory that cannot be had."""
import os
import resource
import shutil
import signal
import subprocess
import unittest

from harness import (LIMITS_ADDRESSES, PROGRAM, TIMEOUT, Case, addresses,
                     case_with_run, checkpoint_bytes, checkpoints, environment,
                     metric_tables, run, sets, start, tiny_config, wait_for_step)

LONG = sets(train__steps=100000, train__checkpoint_every=100000,
            train__eval_every=0, train__probe_every=100000)


# A checkpoint beyond the limit, with a run store below it.
LARGE = sets(model__dim=64, moe__hidden=256)


def limited():
    size = 380 * 1024
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


class LastCheckpoints(Case):
    def test_a_last_checkpoint_that_cannot_be_written_is_a_failure(self):
        result = run("train", tiny_config(), "--run", self.folder / "run",
                     *LARGE, *sets(train__checkpoint_every=8),
                     preexec_fn=limited)
        self.refused(result, 1, "step-00000008")
        self.assertNotIn("finished", result.stderr)

    def test_a_signal_while_checkpoints_fail_is_a_failure(self):
        folder = self.folder / "run"
        process = start("train", tiny_config(), "--run", folder, *LONG, *LARGE,
                        preexec_fn=limited)
        self.assertTrue(wait_for_step(process, folder, 3))
        process.terminate()
        said = process.communicate(timeout=TIMEOUT)[1]
        self.assertEqual(process.returncode, 1, said)
        self.assertIn("checkpoints/step-", said)


class VanishedFolders(Case):
    def vanish(self, act):
        folder = self.folder / "run"
        process = start("train", tiny_config(), "--run", folder, *LONG)
        self.assertTrue(wait_for_step(process, folder, 3))
        act(folder)
        said = process.communicate(timeout=TIMEOUT)[1]
        self.assertEqual(process.returncode, 1, said)
        self.assertIn(f"{folder} was removed or renamed", said)
        return folder

    def test_a_renamed_folder_is_named(self):
        folder = self.vanish(lambda f: f.rename(f.with_name("elsewhere")))
        self.assertFalse(folder.exists())

    def test_a_deleted_folder_is_named_and_not_made_again(self):
        folder = self.vanish(shutil.rmtree)
        self.assertFalse(folder.exists())

    def test_another_folder_in_its_place_is_not_written_to(self):
        def replace(folder):
            folder.rename(folder.with_name("elsewhere"))
            folder.mkdir()
        folder = self.vanish(replace)
        self.assertEqual(list(folder.iterdir()), [])


class Streams(case_with_run()):
    def verbs(self):
        plan = self.folder / "plan.json"
        plan.write_text('{"load":[[1,2]],"slots":2,"devices":1}')
        logits = self.folder / "logits.json"
        logits.write_text('{"logits":[[1,2],[2,1]]}')
        text = self.folder / "text.txt"
        text.write_text("Some words to score.")
        yield ["--help"]
        yield ["--version"]
        yield ["train", "--help"]
        yield ["train", tiny_config(), "--check"]
        yield ["eval", self.finished]
        yield ["eval", self.finished, "--data", text, "--per-byte", "--json"]
        yield ["generate", self.finished, "--bytes", "4"]
        yield ["checkpoint", "verify", self.finished]
        yield ["data", "stats", self.finished.parent.parent / "text"]
        yield ["report", self.finished]
        yield ["report", self.finished, "--json"]
        yield ["plan", "eplb", plan, "--json"]
        yield ["methods"]
        yield ["methods", "--json"]
        yield ["methods", "--schema"]
        yield ["route", "topk", "--logits", logits, "--json",
               "--set", "moe.top_k=1", "--set", "moe.weigh=raw"]
        yield ["env"]
        yield ["completion", "bash"]

    def to(self, stdout, words):
        return subprocess.run(
            [PROGRAM, *map(str, words)], stdout=stdout, stderr=subprocess.PIPE,
            text=True, env=environment(), timeout=TIMEOUT)

    def test_an_answer_that_does_not_fit_on_the_device_is_a_failure(self):
        for words in self.verbs():
            with self.subTest(words=words), open("/dev/full", "w") as full:
                fine = run(*words)
                self.assertEqual(fine.returncode, 0, fine.stderr)
                result = self.to(full, words)
                self.assertEqual(result.returncode, 1, result.stderr)
                self.assertIn("standard output", result.stderr)

    def test_a_closed_output_is_a_failure(self):
        result = subprocess.run(
            ["sh", "-c", '"$0" methods --json >&-', PROGRAM],
            capture_output=True, text=True, env=environment())
        self.assertEqual(result.returncode, 1, result.stderr)

    def test_messages_never_reach_a_file_of_the_run(self):
        folder = self.folder / "run"
        result = subprocess.run(
            ["sh", "-c", '"$0" train "$1" --run "$2" 2>&-', PROGRAM,
             tiny_config(), folder], env=environment(), timeout=TIMEOUT)
        self.assertEqual(result.returncode, 0)
        self.assertEqual(metric_tables(folder), metric_tables(self.finished))


class Stopping(Case):
    def stopped(self, send, code, *words):
        folder = self.folder / "run"
        process = start("train", tiny_config(), "--run", folder, *words)
        self.assertTrue(wait_for_step(process, folder, 3))
        send(process)
        process.wait(timeout=TIMEOUT)
        self.assertEqual(process.returncode, code)
        step = int(checkpoints(folder)[0].name[5:])
        self.assertGreaterEqual(step, 3)
        self.ends(run("checkpoint", "verify", folder), 0)
        return folder

    def test_a_terminal_that_goes_away_loses_nothing(self):
        def hang_up(process):
            process.stderr.close()
            process.send_signal(signal.SIGHUP)
            process.send_signal(signal.SIGHUP)
        self.stopped(hang_up, 129, *LONG)

    def test_a_closed_stderr_loses_nothing(self):
        # It says a line every ten seconds, and then finds nobody there.
        self.stopped(lambda process: process.stderr.close(), 141, *LONG)

    def test_a_long_evaluation_is_cut_short_and_made_up_for(self):
        keys = dict(train__steps=6, train__eval_every=6,
                    train__eval_windows=2000, train__checkpoint_every=100,
                    model__context=8)
        whole = self.train("whole", **keys)
        folder = self.folder / "run"
        process = start("train", tiny_config(), "--run", folder, *sets(**keys))
        self.assertTrue(wait_for_step(process, folder, 5))
        process.terminate()
        said = process.communicate(timeout=TIMEOUT)[1]
        self.assertIn(process.returncode, (0, 143), said)
        self.ends(run("resume", folder), 0)
        self.assertEqual(metric_tables(folder), metric_tables(whole))
        self.assertEqual(checkpoint_bytes(folder)[
            "checkpoints/step-00000006/model.safetensors"],
            checkpoint_bytes(whole)[
                "checkpoints/step-00000006/model.safetensors"])


class Memory(Case):
    def test_a_request_beyond_the_machine_names_its_keys(self):
        for keys, named in (
                ({"train__batch": 10**12}, "train.batch = 1000000000000"),
                ({"model__dim": 10**9, "model__heads": 2}, "model.dim"),
                ({"moe__experts": 65536, "moe__hidden": 65536}, "moe.experts"),
                ({"train__batch": 10**9, "train__micro_batch": 10**9},
                 "train.batch")):
            with self.subTest(keys=keys):
                folder = self.folder / "run"
                words = [*sets(**keys), "--run", folder]
                self.refused(run("train", tiny_config(), *words), 2, named,
                             "memory")
                self.assertFalse(folder.exists())
                self.refused(run("train", tiny_config(), "--check",
                                 *sets(**keys)), 2, named)

    @LIMITS_ADDRESSES
    def test_a_first_step_that_runs_out_leaves_nothing_behind(self):
        folder = self.folder / "run"
        result = run(
            "train", tiny_config(), "--run", folder,
            *sets(train__batch=8192, model__dim=256, model__layers=2),
            preexec_fn=addresses(1_500_000 * 1024))
        self.assertIn(result.returncode, (1, 2), result.stderr)
        self.assertRegex(result.stderr, "memory")
        for raw in ("bad_alloc", "enforce fail", "length_error"):
            self.assertNotIn(raw, result.stderr)
        self.assertFalse(folder.exists())

    def test_a_folder_of_the_users_stays_when_the_run_goes(self):
        folder = self.folder / "run"
        folder.mkdir()
        (folder / "notes.txt").write_text("mine")
        result = run("train", tiny_config(), "--run", folder,
                     *sets(train__batch=10**12))
        self.refused(result, 2, "train.batch")
        self.assertEqual([p.name for p in folder.iterdir()], ["notes.txt"])

    def test_odd_numbers_of_threads_are_no_riddle(self):
        for value in ("0", "-1", "abc", "99999999999", ""):
            with self.subTest(value=value):
                result = run("train", tiny_config(), "--check",
                             env=environment(OMP_NUM_THREADS=value))
                self.assertNotIn("Expected positive", result.stderr)
                self.assertIn(result.returncode, (0, 2))


if __name__ == "__main__":
    unittest.main()
