# SPDX-License-Identifier: Apache-2.0
"""The conductor from outside: it treats what is ill, leaves alone what is
healthy, changes no bits where it only speaks, and goes on after a stop as if
there had been none."""
import json
import pathlib
import shutil
import tempfile

from harness import (Case, checkpoint_bytes, checkpoints, metric_tables, query,
                     run, session_folder, sets, start, tiny_config,
                     wait_for_step)

# A learning rate at which nothing that is unbalanced stays even.
STEPS = 160
COLLAPSING = ("--set", "moe.recipe=topk", "--set", "moe.losses=[]", "--set",
              "moe.controllers=[]", "--set", "moe.experts=8",
              *sets(train__steps=STEPS, train__eval_every=0,
                    train__checkpoint_every=40, optimizer__lr=0.02,
                    optimizer__warmup=20))
ACTIONS = ("suggested", "acted", "succeeded", "undone")


def conducted(mode):
    return ("--set", f"conductor.mode={mode}")


def actions(folder):
    return [(step, kind, text) for step, kind, text in query(
        folder, "SELECT step, kind, text FROM event ORDER BY rowid")
        if kind in ACTIONS]


def max_vio(folder, layer):
    report = json.loads(run("report", folder, "--json").stdout)
    return next(row["balance"]["max_vio"] for row in report["layers"]
                if row["layer"] == layer)


class Conductor(Case):
    @classmethod
    def setUpClass(cls):
        cls.runs = pathlib.Path(tempfile.mkdtemp(dir=session_folder()))
        for mode in ("observe", "suggest", "auto"):
            result = run("train", tiny_config(), "--run", cls.runs / mode,
                         *COLLAPSING, *conducted(mode))
            if result.returncode != 0:
                raise AssertionError(result.stderr)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.runs, ignore_errors=True)

    def collapsing(self, mode):
        return self.runs / mode

    def test_a_collapse_without_balancing_is_balanced(self):
        auto = self.collapsing("auto")
        first, *_ = actions(auto)
        self.assertEqual(first[1], "acted")
        self.assertIn("bias_rate (sign-bias) of layers 0, 1: none -> 0.01",
                      first[2])
        self.assertIn("it worked if max-vio", first[2])
        self.assertIn("succeeded", [kind for _, kind, _ in actions(auto)])
        self.assertLess(max_vio(auto, 1),
                        0.6 * max_vio(self.collapsing("observe"), 1))

    def test_who_observes_says_nothing_and_who_suggests_changes_no_bits(self):
        observe, suggest = self.collapsing("observe"), self.collapsing("suggest")
        self.assertEqual(actions(observe), [])
        self.assertEqual({kind for _, kind, _ in actions(suggest)},
                         {"suggested"})
        self.same(tensors(observe), tensors(suggest))

    def test_a_healthy_run_is_left_alone(self):
        folder = self.train(
            "healthy", *conducted("auto"), "--set", "moe.losses=[\"switch\"]",
            moe__recipe="topk", moe__controllers="[]", train__steps=160,
            train__batch=16, train__eval_every=0)
        self.assertEqual(actions(folder), [])

    def test_a_kill_at_any_time_changes_nothing(self):
        auto = self.collapsing("auto")
        folder = self.folder / "killed"
        words = ("train", tiny_config(), "--run", folder, *COLLAPSING,
                 *conducted("auto"))
        for step in (44, 70, 90):
            process = start(*words)
            self.addCleanup(process.stderr.close)
            wait_for_step(process, folder, step)
            process.kill()
            process.wait()
            words = ("resume", folder)
        self.ends(run("resume", folder), 0)
        self.same(tensors(folder, last=True), tensors(auto, last=True))
        self.same(metric_tables(folder), metric_tables(auto))

    def test_modes_are_checked(self):
        self.refused(run("train", tiny_config(), "--run", self.folder / "x",
                         *conducted("always")), 2, "conductor.mode")


def tensors(folder, last=False):
    """The checkpoints' tensors: their manifests hold the configuration."""
    newest = checkpoints(folder)[0].name
    return {name: data for name, data in checkpoint_bytes(folder).items()
            if name.endswith(".safetensors") and (not last or newest in name)}
