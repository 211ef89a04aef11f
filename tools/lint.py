#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""clang-tidy over the tree, remembering what was fine.

    tools/lint.py [--all]

A source is asked about again when it, a header of ours that it reaches, its
compile command, the profile or clang-tidy itself has changed: build/lint-cache
holds an empty file for every question answered with "fine".

What needs no libtorch is held to .clang-tidy; what sees it has the profile
clang_tidy_torch.yaml. --all asks everything at the whole profile, whatever the
cache says.

A bare clone has no cache, and most of the time goes into headers that every
source reads again. There sources of a folder are asked about together, as one that
includes them; where anything is found, half and half again, down to each alone. Two
things are left to --all, and to the day a source changes: the path-sensitive analyser,
which looks at nothing that is included, and a missing #include that a source before it
makes good.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

import check_layers

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(
    os.environ.get("MOESTRO_LINT_CACHE", ROOT / "build" / "lint-cache"))
TIDY = "clang-tidy-19"
TORCH_PROFILE = ROOT / "tools" / "clang_tidy_torch.yaml"
WHOLE, QUICK, TORCH = "whole", "quick", "torch"
BATCHES = ROOT / "build" / "lint-batches"
BATCH = 16
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
    def __init__(self, name, command, levels, key_of):
        self.name, self.level = name, levels[0]
        # Without what names this source.
        self.compiler, *self.flags = shlex.split(command)
        for option in ("-o", "-c"):
            at = self.flags.index(option)
            del self.flags[at:at + 2]
        self.keys = [key_of(name, level) for level in levels]

    def is_known(self):
        return any((CACHE / key).exists() for key in self.keys)


def found_in(path, source):
    """What clang-tidy says of a file, asked as it asks about the source; '' if
    it is fine."""
    done = subprocess.run(
        [TIDY, "-quiet", *OPTIONS[source.level], str(path), "--",
         *source.flags],
        capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout or done.stderr


def batch_file(batch):
    """A source that includes those of the batch."""
    text = "".join(f'#include "{s.name}"  // NOLINT\n' for s in batch)
    path = BATCHES / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.cpp"
    path.write_text(text)
    return path


def clashing(batch):
    """Those that cannot be read after the ones before them, which have names of
    their own that are the same."""
    if len(batch) == 1:
        return []
    done = subprocess.run(
        [batch[0].compiler, *batch[0].flags, "-w", "-fsyntax-only",
         "-ferror-limit=0", str(batch_file(batch))],
        capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    named = {line.split(":")[0] for line in done.stderr.splitlines()
             if ": error:" in line}
    return [s for s in batch[1:] if str(ROOT / s.name) in named] or batch[1:]


def batches(listed):
    """[[source]] that one file can include."""
    found = []
    while listed:
        batch, rest = listed[:BATCH], listed[BATCH:]
        while clash := clashing(batch):
            batch = [s for s in batch if s not in clash]
            rest = clash + rest
        found.append(batch)
        listed = rest
    return found


def ask(batch):
    """[(name, what was found in it or '')]"""
    alone = len(batch) == 1
    path = ROOT / batch[0].name if alone else batch_file(batch)
    found = found_in(path, batch[0])
    if found and not alone:
        half = len(batch) // 2
        return ask(batch[:half]) + ask(batch[half:])
    if not found:
        for source in batch:
            (CACHE / source.keys[0]).touch()
    return [(source.name, found) for source in batch]


def alike(listed):
    """[[source]] of one part of the tree, compiled with the same flags."""
    groups = {}
    for source in listed:
        part = os.path.dirname(source.name).split("/")[:2]
        groups.setdefault((*part, *source.flags), []).append(source)
    return list(groups.values())


def sources(bare, everything):
    tree = check_layers.read_tree(ROOT)
    version = subprocess.run([TIDY, "--version"], capture_output=True, text=True,
                             check=True).stdout
    core = commands(ROOT / "build/lint")
    release = commands(ROOT / "build/release")
    torch = {name: c for name, c in release.items()
             if name not in core and name in tree}

    def key_of(table):
        return lambda name, level: question(
            ROOT, closure(tree, name), table[name], profile_text(level, version))
    # The first level is asked for; an answer at a later one counts as well.
    levels = [WHOLE] if everything else [QUICK, WHOLE] if bare else [WHOLE, QUICK]
    for name in sorted(n for n in core if n in tree):
        yield Source(name, core[name], levels, key_of(core))
    for name in sorted(torch):
        yield Source(name, torch[name], [TORCH], key_of(torch))


def main(arguments):
    everything = "--all" in arguments
    bare = not CACHE.exists() or not any(CACHE.iterdir())
    for folder in (CACHE, BATCHES):
        folder.mkdir(parents=True, exist_ok=True)
    listed = list(sources(bare, everything))
    todo = [s for s in listed if everything or not s.is_known()]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        together = [[source] for source in todo]
        if bare and not everything:
            together = sum(pool.map(batches, alike(todo)), [])
        for answers in pool.map(ask, together):
            for name, found in answers:
                if found:
                    failed += 1
                    print(f"{name}\n{found}")
    print(f"{len(listed)} sources, {len(todo)} asked about, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
