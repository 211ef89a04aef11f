# SPDX-License-Identifier: Apache-2.0
"""Equal runs end in equal bits, however often they were stopped or killed.

MOESTRO_KILLS sets how many kills the loop makes (default 3)."""
import os
import random
import signal
import subprocess

from harness import (Case, checkpoint_bytes, checkpoints, metric_tables, run,
                     sets, start, tiny_config, wait_for_step)

KILLS = int(os.environ.get("MOESTRO_KILLS", "3"))

# Controllers, gradient accumulation with counts over the whole batch, noise.
SYSTEMS = {
    "deepseek-v3": sets(moe__perturbs='["jitter"]',
                        moe__losses='["sequence", "global"]',
                        moe__loss__global__counts="exact",
                        train__micro_batch=2),
    "switch": sets(train__micro_batch=2, moe__admit__order="token"),
    "remoe": sets(train__micro_batch=2),
    "smear": [],
    "expert-choice": sets(moe__allow_future_leak="true"),
}


class Equality(Case):
    def begin(self, name, recipe, *words, **keys):
        """Arguments of a run and its folder."""
        folder = self.folder / name
        words = ["train", tiny_config(), "--run", folder,
                 *sets(moe__recipe=recipe), *SYSTEMS[recipe], *words,
                 *sets(**keys)]
        return words, folder

    def equal(self, ours, theirs):
        a, b = metric_tables(ours), metric_tables(theirs)
        self.assertEqual(a.keys(), b.keys())
        for name in a:
            self.assertTrue(a[name], f"table {name} has rows")
            self.assertEqual(a[name], b[name], f"table {name}")
        a, b = checkpoint_bytes(ours), checkpoint_bytes(theirs)
        self.assertEqual(a.keys(), b.keys())
        for name in a:
            self.assertEqual(a[name], b[name], f"{name} differs")
        config = [(f / "config.toml").read_text() for f in (ours, theirs)]
        self.assertEqual(*config)


class Longer(Equality):
    KEYS = {"optimizer__schedule": "constant"}

    def model(self, folder):
        return {name: data for name, data in checkpoint_bytes(folder).items()
                if "step-00000008" in name and "safetensors" in name}

    def test_a_run_may_grow_where_its_schedule_allows_it(self):
        words, short = self.begin("short", "deepseek-v3", train__steps=4,
                                  **self.KEYS)
        self.ends(run(*words), 0)
        self.ends(run("resume", short, *sets(train__steps=8)), 0)
        words, long = self.begin("long", "deepseek-v3", train__steps=8,
                                 **self.KEYS)
        self.ends(run(*words), 0)
        self.assertTrue(self.model(long))
        self.assertEqual(self.model(short), self.model(long))

    def test_a_cosine_that_has_begun_stays_as_long_as_it_is(self):
        words, folder = self.begin("cosine", "deepseek-v3", train__steps=4)
        self.ends(run(*words), 0)
        self.refused(run("resume", folder, *sets(train__steps=8)), 2, "steps")

    def test_no_other_key_may_change(self):
        words, folder = self.begin("other", "deepseek-v3", train__steps=4,
                                   **self.KEYS)
        self.ends(run(*words), 0)
        self.refused(run("resume", folder, *sets(optimizer__lr=0.5)), 2, "lr")


class EqualRuns(Equality):
    def equal_twice(self, recipe, **keys):
        folders = []
        for name in ("a", "b"):
            words, folder = self.begin(name, recipe, **keys)
            self.ends(run(*words), 0)
            folders.append(folder)
        self.equal(*folders)

    def test_equal_runs_are_equal_in_tables_and_checkpoints(self):
        for recipe in SYSTEMS:
            with self.subTest(recipe=recipe):
                self.folder = self.folder / recipe
                self.equal_twice(recipe)

    def test_equal_runs_of_two_threads_are_equal(self):
        self.equal_twice("deepseek-v3", train__threads=2, train__batch=16,
                         train__steps=20)

    def test_another_seed_gives_another_run(self):
        folders = []
        for seed in (1, 2):
            words, folder = self.begin(f"seed{seed}", "switch",
                                       train__seed=seed)
            self.ends(run(*words), 0)
            folders.append(metric_tables(folder)["scalar"])
        self.assertNotEqual(*folders)


class StoppedRuns(Equality):
    def whole(self, recipe, **keys):
        words, folder = self.begin("whole", recipe, **keys)
        self.ends(run(*words), 0)
        return folder

    def stopped_by(self, number, code):
        whole = self.whole("deepseek-v3", train__steps=150)
        words, folder = self.begin("cut", "deepseek-v3", train__steps=150)
        process = start(*words)
        wait_for_step(process, folder, 5)
        process.send_signal(number)
        said = process.communicate()[1]
        self.assertEqual(process.returncode, code, said)
        self.assertIn("moestro resume", said)
        self.assertLess(metric_tables(folder)["step"][-1][0], 150)
        self.ends(run("resume", folder), 0)
        tables = metric_tables(folder)
        self.assertEqual(tables, metric_tables(whole))
        newest = [f"checkpoints/{checkpoints(f)[0].name}" for f in
                  (folder, whole)]
        self.assertEqual(*newest)
        ours, theirs = checkpoint_bytes(folder), checkpoint_bytes(whole)
        for name in theirs:
            if name.startswith(newest[0]):
                self.assertEqual(ours[name], theirs[name], name)

    def test_sigterm_saves_ends_143_and_resumes_to_the_same_bits(self):
        self.stopped_by(signal.SIGTERM, 143)

    def test_sigint_saves_ends_130_and_resumes_to_the_same_bits(self):
        self.stopped_by(signal.SIGINT, 130)

    def killed(self, recipe, kills, steps):
        keys = {"train__steps": steps, "train__checkpoint_every": 10,
                "train__eval_every": 15, "train__probe_every": 7}
        whole = self.whole(recipe, **keys)
        words, folder = self.begin("killed", recipe, **keys)
        chance = random.Random(kills)
        words_again = ["resume", folder]
        done = 0
        for kill in range(kills):
            process = start(*words)
            alive = wait_for_step(
                process, folder, chance.randrange(1, steps * (kill + 1) // kills))
            try:
                process.wait(chance.random() * 0.3)
            except subprocess.TimeoutExpired:
                pass
            done += alive and process.poll() is None
            process.kill()
            process.communicate()
            words = words_again if (folder / "config.toml").exists() else words
        self.ends(run("resume", folder), 0)
        print(f"{done} of {kills} kills hit the run at work", end=" ")
        self.assertGreater(done, 0)
        self.equal(folder, whole)

    def test_killed_and_resumed_run_ends_in_the_uninterrupted_bits(self):
        self.killed("deepseek-v3", KILLS, 40 * KILLS)

    def test_every_system_resumes_to_the_same_bits(self):
        for recipe in SYSTEMS:
            with self.subTest(recipe=recipe):
                self.folder = self.folder / recipe
                whole = self.whole(recipe)
                folder = self.copy(whole)
                newest = checkpoints(folder)[0]
                newest.rename(f"{newest}.tmp-1")
                self.ends(run("resume", folder), 0)
                self.equal(folder, whole)

    def test_killed_adaptive_run_ends_in_the_uninterrupted_bits(self):
        self.killed("remoe", min(KILLS, 2), 60)
