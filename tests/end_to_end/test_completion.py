# SPDX-License-Identifier: Apache-2.0
"""moestro completion: what a shell is offered."""
import os
import pathlib
import subprocess

from harness import PROGRAM, Case, environment, run


class Completion(Case):
    def offered(self, *words):
        """What bash offers for a command line that ends in the last word."""
        script = run("completion", "bash").stdout
        line = " ".join(f"'{word}'" for word in ("moestro", *words))
        result = subprocess.run(
            ["bash", "-c", f"{script}\nCOMP_WORDS=({line}); "
             f"COMP_CWORD={len(words)}; _moestro; printf '%s\\n' "
             '"${COMPREPLY[@]}"'],
            capture_output=True, text=True, timeout=60,
            env=environment(PATH=f"{pathlib.Path(PROGRAM).parent}:"
                                 f"{os.environ['PATH']}"))
        self.assertEqual(result.stderr, "")
        return result.stdout.split()

    def test_verbs_are_offered_by_their_beginning(self):
        self.assertEqual(self.offered("re"), ["resume", "report"])

    def test_flags_are_those_of_the_verb(self):
        self.assertEqual(set(self.offered("report", "--h")),
                         {"--html", "--help"})

    def test_zsh_gets_its_layer_first(self):
        said = run("completion", "zsh").stdout
        self.assertTrue(said.startswith("autoload"))

    def test_an_unknown_shell_is_refused(self):
        self.refused(run("completion", "zhs"), 2, "did you mean 'zsh'")
