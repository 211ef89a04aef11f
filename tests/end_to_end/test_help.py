# SPDX-License-Identifier: Apache-2.0
"""What a person reads: the help of every verb, plain text without a terminal.

MOESTRO_GOLDEN=write rewrites golden/*.txt from the program."""
import os
import pathlib
import pty
import re
import subprocess

from harness import Case, PROGRAM, case_with_run, environment, run, tiny_config

GOLDEN = pathlib.Path(__file__).parent / "golden"
VERBS = {
    "train": ("--run", "--check", "--fail-on", "--set", "--data", "--threads"),
    "resume": ("RUN", "--set", "--threads"),
    "eval": ("RUN", "--data", "--per-byte", "--json"),
    "generate": ("RUN", "--prompt", "--bytes", "--temperature", "--seed"),
    "data": ("build", "stats"),
    "data build": ("--packages", "--domains", "--from", "--out", "--cap",
                   "--seed", "--force", "--json"),
    "data stats": ("PATH", "--json"),
    "report": ("TARGET", "--html", "--json", "--format", "--top-k",
               "--experts"),
    "import": ("FILE", "--run", "--format", "--top-k", "--experts",
               "--follow"),
    "doctor": ("TARGET", "OTHER", "--json", "--explain", "--pictures",
               "--fail-on"),
    "lab": ("scenario", "calibrate"),
    "lab calibrate": ("--steps", "--seed", "--budgets", "--run", "--block",
                      "--json"),
    "lab scenario": ("run", "list", "show", "--seeds", "--quick", "--json"),
    "plan": ("KIND", "FILE", "--json"),
    "methods": ("NAME", "--json", "--schema", "--markdown"),
    "route": ("RECIPE", "--logits", "--features", "--set", "--loss", "--json"),
    "env": (),
}
ESCAPE = "\033"


class Help(Case):
    def golden(self, name, text):
        path = GOLDEN / f"{name.replace(' ', '-')}.txt"
        if os.environ.get("MOESTRO_GOLDEN") == "write":
            path.write_text(text)
        self.assertEqual(text, path.read_text(), f"differs from {path.name}")

    def test_help_of_every_verb_lists_every_option(self):
        for verb, options in VERBS.items():
            with self.subTest(verb=verb):
                result = run(*verb.split(), "--help")
                self.ends(result, 0)
                self.assertEqual(result.stderr, "")
                for option in options:
                    self.assertIn(option, result.stdout)
                self.golden(verb, result.stdout)

    def listed(self):
        """Verbs of the overview, in its order."""
        return re.findall(r"(?m)^  ([a-z]+)\b", run("--help").stdout)

    def test_every_listed_verb_explains_itself(self):
        for verb in self.listed():
            with self.subTest(verb=verb):
                result = run(verb, "--help")
                self.ends(result, 0)
                self.assertEqual(result.stderr, "")
                self.assertIn(f"moestro {verb}", result.stdout)
                self.assertLessEqual(len(result.stdout.splitlines()), 40)

    def test_overview_lists_every_verb_in_its_section(self):
        result = run("--help")
        self.ends(result, 0)
        self.assertLessEqual({verb.split()[0] for verb in VERBS},
                             set(self.listed()))
        self.assertLessEqual(
            max(map(len, result.stdout.splitlines())), 80)
        for section in ("train a model", "look at it", "learn what there is",
                        "exit codes: 0 fine"):
            self.assertRegex(result.stdout, rf"(?m)^{section}")

    def test_help_fits_a_screen(self):
        for path in GOLDEN.glob("*.txt"):
            with self.subTest(file=path.name):
                lines = path.read_text().splitlines()
                self.assertLessEqual(len(lines), 40)
                self.assertLessEqual(max(map(len, lines)), 120)

    def test_env_names_versions_threads_and_instruction_sets(self):
        found = run("env").stdout
        for word in ("moestro", "compiler", "system", "cores", "isa",
                     "waiting", "libtorch", "threads"):
            self.assertIn(word, found)

    def test_version_is_one_line(self):
        self.assertRegex(run("--version").stdout, r"^moestro \d+\.\d+\.\d+\n$")


class Plain(case_with_run()):
    def on_terminal(self, *words, **env):
        """What the program writes when both of its streams are a terminal."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [PROGRAM, *map(str, words)], stdout=theirs, stderr=theirs,
            env=environment(**{"TERM": "xterm-256color", **env}))
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 4096):
                said += part
        except OSError:  # the other end is closed
            pass
        os.close(ours)
        self.assertEqual(process.wait(), 0)
        return said.decode()

    def test_without_a_terminal_nothing_is_coloured(self):
        result = run("report", self.finished,
                     env=environment(TERM="xterm-256color"))
        self.assertNotIn(ESCAPE, result.stdout + result.stderr)
        result = run("train", tiny_config(), "--run", self.folder / "run",
                     env=environment(TERM="xterm-256color"))
        self.assertNotIn(ESCAPE, result.stdout + result.stderr)
        self.assertIn("step 1/8", result.stderr)

    def test_terminal_gets_colour(self):
        self.assertIn(ESCAPE, self.on_terminal("report", self.finished))

    def test_no_color_is_respected(self):
        said = self.on_terminal("report", self.finished, NO_COLOR="1")
        self.assertNotIn(ESCAPE, said)

    def test_no_color_of_training_leaves_only_movement(self):
        said = self.on_terminal("train", tiny_config(), "--run",
                                self.folder / "run", NO_COLOR="1")
        self.assertIsNone(re.search(r"\033\[[0-9;]*m", said))

    def test_dumb_terminal_gets_no_escape_at_all(self):
        said = self.on_terminal("train", tiny_config(), "--run",
                                self.folder / "run", TERM="dumb")
        self.assertNotIn(ESCAPE, said)
