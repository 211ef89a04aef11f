# SPDX-License-Identifier: Apache-2.0
"""Two million steps of somebody's run: read in bounded memory, quiet while they
are in order, and heard when an expert dies near the end."""
import json
import os
import random
import subprocess

from harness import Case, PROGRAM, environment

STEPS, DEAD_FROM = 2_000_000, 1_990_000
MEMORY = 256 << 20  # bytes


def counts(draws):
    loads = [int(draws.gauss(512, 40)) for _ in range(4)]
    loads[0] += 2048 - sum(loads)
    return loads


def without(loads, expert):
    """As many pairs, none for that one."""
    left = [e for e in range(len(loads)) if e != expert]
    moved = loads[expert]
    loads = [load + moved // 3 for load in loads]
    loads[expert] = 0
    loads[left[0]] += 2048 - sum(loads)
    return loads


def write(path):
    draws = random.Random(3)
    healthy = [json.dumps(counts(draws)) for _ in range(4096)]
    ill = [json.dumps(without(counts(draws), 2)) for _ in range(4096)]
    with open(path, "w") as file:
        for step in range(1, STEPS + 1):
            load = (healthy if step < DEAD_FROM else ill)[draws.randrange(4096)]
            file.write('{"step":%d,"layer":0,"counts":%s,"k":2,"tokens":1024}\n'
                       % (step, load))


def peak(*arguments):
    """Ends with, words, largest resident size in bytes."""
    with subprocess.Popen([PROGRAM, *map(str, arguments)], text=True,
                          env=environment(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        words = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, words, used.ru_maxrss << 10


class LongTrace(Case):
    def test_millions_of_steps(self):
        trace, folder = self.folder / "long.jsonl", self.folder / "long"
        write(trace)
        code, words, memory = peak("import", trace, "--format", "counts",
                                   "--run", folder)
        self.assertEqual(code, 0, words)
        self.assertLess(memory, MEMORY)
        code, words, memory = peak("doctor", folder, "--json")
        self.assertEqual(code, 11, words)
        self.assertLess(memory, MEMORY)
        alarms = json.loads(words)["alarms"]
        self.assertTrue(all(a["step"] >= DEAD_FROM for a in alarms), alarms)
        page = next(a for a in alarms if a["id"] == "A03")
        self.assertEqual((page["layer"], page["expert"]), (0, 2))
        self.assertLess(page["step"], DEAD_FROM + 500)
        # The page thins its curves.
        page = self.folder / "long.html"
        code, words, memory = peak("report", folder, "--html", page)
        self.assertEqual(code, 0, words)
        self.assertLess(page.stat().st_size, 4 << 20)
