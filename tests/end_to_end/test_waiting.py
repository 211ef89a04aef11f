# SPDX-License-Identifier: Apache-2.0
"""How the threads of libtorch wait: chosen at start, said by env, without any
effect on what is computed."""
from harness import Case, checkpoint_bytes, environment, run, sets, tiny_config

CHOICES = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")


def without_choice(**extra):
    return {**{k: v for k, v in environment().items() if k not in CHOICES},
            **extra}


class Waiting(Case):
    def test_env_says_what_the_trial_chose(self):
        said = run("env", env=without_choice()).stdout
        self.assertRegex(
            said, r"waiting   (short spin: trial threads had \d+ % of their cores; "
            r"OMP_WAIT_POLICY=passive; GOMP_SPINCOUNT=1000|no spin: trial threads "
            r"had \d+ % of their cores; OMP_WAIT_POLICY=passive)\n")

    def test_the_users_choice_wins(self):
        for name, value in (("GOMP_SPINCOUNT", "7"), ("OMP_WAIT_POLICY", "active")):
            said = run("env", env=without_choice(**{name: value})).stdout
            self.assertIn(
                f"waiting   as your environment says; {name}={value}\n", said)

    def test_bits_do_not_depend_on_it(self):
        ended = []
        for spins in ("0", "1000"):
            folder = self.folder / spins
            result = run("train", tiny_config(), "--run", folder,
                         *sets(train__threads=2),
                         env=without_choice(GOMP_SPINCOUNT=spins))
            self.ends(result, 0)
            ended.append(checkpoint_bytes(folder))
        self.assertEqual(ended[0], ended[1])
