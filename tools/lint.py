#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""clang-tidy over the tree, remembering what was fine.

    tools/lint.py [--all]

A source is asked about again when it, a header of ours that it reaches, its
compile command, the profile or clang-tidy itself has changed: build/lint-cache
holds an empty file for every question answered with "fine".

What needs no libtorch is held to .clang-tidy, except on a bare clone, where there
is no cache yet: there the path-sensitive analyser, which takes two thirds of the
time, is left to --all. What sees libtorch has the profile clang_tidy_torch.yaml.
--all asks everything at the whole profile, whatever the cache says.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys

import check_layers

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(
    os.environ.get("MOESTRO_LINT_CACHE", ROOT / "build" / "lint-cache"))
TIDY = "clang-tidy-19"
TORCH_PROFILE = ROOT / "tools" / "clang_tidy_torch.yaml"
WHOLE, QUICK, TORCH = "whole", "quick", "torch"
OPTIONS = {
    WHOLE: [],
    QUICK: ["--checks=-clang-analyzer-*"],
    TORCH: [f"--config-file={TORCH_PROFILE}"],
}


def commands(build):
    """{source relative to the root: compile command} of a configured build."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        if path.is_relative_to(ROOT):
            name = path.relative_to(ROOT).as_posix()
            if name.startswith(("moestro/", "cli/")):
                found[name] = entry["command"]
    return found


def closure(tree, source):
    """The source and every file of ours that it includes, however far."""
    graph = {file: check_layers.own_targets(tree, file) for file in tree}
    return sorted({source} | check_layers.reachable(graph, source))


def question(root, files, command, profile):
    """What decides the answer, as one word; no path of this checkout in it."""
    text = hashlib.sha256()
    for part in (profile, command.replace(str(root), "")):
        text.update(part.encode() + b"\0")
    for file in files:
        text.update(file.encode() + b"\0" + (root / file).read_bytes() + b"\0")
    return text.hexdigest()


def profile_text(level, version):
    config = TORCH_PROFILE if level == TORCH else ROOT / ".clang-tidy"
    return f"{version}\n{config.read_text()}\n{level}"


class Source:
    def __init__(self, name, build, levels, key_of):
        self.name, self.build = name, build
        self.level = levels[0]
        self.keys = [key_of(name, level) for level in levels]

    def is_known(self):
        return any((CACHE / key).exists() for key in self.keys)


def ask(source):
    """Runs clang-tidy; (name, what it found or '')."""
    done = subprocess.run(
        [TIDY, "-quiet", "-p", str(source.build), *OPTIONS[source.level],
         str(ROOT / source.name)],
        capture_output=True, text=True, check=False)
    if done.returncode == 0:
        (CACHE / source.keys[0]).touch()
        return source.name, ""
    return source.name, done.stdout or done.stderr


def sources(bare, everything):
    tree = check_layers.read_tree(ROOT)
    version = subprocess.run([TIDY, "--version"], capture_output=True, text=True,
                             check=True).stdout
    core = commands(ROOT / "build/core")
    release = commands(ROOT / "build/release")
    torch = {name: c for name, c in release.items()
             if name not in core and name in tree}

    def key_of(table):
        return lambda name, level: question(
            ROOT, closure(tree, name), table[name], profile_text(level, version))
    # The first level is asked for; an answer at a later one counts as well.
    levels = [WHOLE] if everything else [QUICK, WHOLE] if bare else [WHOLE, QUICK]
    for name in sorted(n for n in core if n in tree):
        yield Source(name, ROOT / "build/core", levels, key_of(core))
    for name in sorted(torch):
        yield Source(name, ROOT / "build/release", [TORCH], key_of(torch))


def main(arguments):
    everything = "--all" in arguments
    bare = not CACHE.exists() or not any(CACHE.iterdir())
    CACHE.mkdir(parents=True, exist_ok=True)
    listed = list(sources(bare, everything))
    todo = [s for s in listed if everything or not s.is_known()]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, found in pool.map(ask, todo):
            if found:
                failed += 1
                print(f"{name}\n{found}")
    print(f"{len(listed)} sources, {len(todo)} asked about, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
