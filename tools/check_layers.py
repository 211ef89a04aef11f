#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges every include of the tree: which folder may use which, where
libtorch and heavy libraries may appear, cycles, and the installed headers.

    tools/check_layers.py [ROOT]

One line a finding: FILE:LINE: rule; reason; what to do instead.
"""
import collections
import pathlib
import re
import sys

# The arrows of docs/design.md. A folder may use what it points at, and all
# that is reachable from there.
ARROWS = {
    "base": [],
    "stats": ["base"],
    "record": ["base", "stats"],
    "plan": ["base"],
    "text": ["base"],
    "corpus": ["text"],
    "metrics": ["stats", "record"],
    "control": ["plan", "record"],
    "diagnose": ["metrics", "control"],
    "serve": ["diagnose"],
    "tensor": ["base"],
    "comm": ["tensor"],
    "ops": ["comm", "plan", "control"],
    "kernels": ["ops"],
    "route": ["ops"],
    "balance": ["ops"],
    "exchange": ["ops"],
    "experts": ["ops"],
    "probe": ["ops", "record"],
    "layers": ["route", "balance", "exchange", "experts"],
    "model": ["layers"],
    "train": ["model", "probe", "diagnose", "text"],
    "lab": ["train"],
    # The faces that stand at the top, moestro/plan.h and its like.
    "moestro": ["lab", "serve"],
}
TORCH_FREE = {"base", "stats", "record", "plan", "text", "corpus", "metrics",
              "control", "diagnose", "serve"}
INCLUDED_BY_NOBODY = {"kernels"}
TOPS = ["moestro", "cli", "tests", "examples", "benchmarks"]
SOURCES = {".h", ".cpp", ".cu", ".cuh", ".def"}

TORCH = re.compile(r"^(ATen|torch|c10|caffe2)/")
# Whole-library headers: each costs tens of seconds wherever it appears.
FORBIDDEN = re.compile(r"^(torch/torch\.h$|torch/all\.h$|ATen/ATen\.h$"
                       r"|torch/(csrc/api/include/torch/)?(nn|optim)[/.])")
HEAVY = {"CLI11": re.compile(r"^CLI/"),
         "nlohmann-json": re.compile(r"^nlohmann/"),
         "toml++": re.compile(r"^toml(\+\+|plusplus)/"),
         "Boost": re.compile(r"^boost/"),
         "libarchive": re.compile(r"^archive(_entry)?\.h$")}
HEAVY_FILES = 2
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')

Include = collections.namedtuple("Include", "line target quoted")
Finding = collections.namedtuple("Finding", "file line rule reason instead")


def as_line(finding):
    return (f"{finding.file}:{finding.line}: {finding.rule}; "
            f"{finding.reason}; {finding.instead}")


def includes_of(path):
    found = []
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            quoted = match.group(1) is not None
            found.append(Include(number, match.group(1) or match.group(2),
                                 quoted))
    return found


def read_tree(root):
    """{file relative to root: [Include]} of every source."""
    tree = {}
    for top in TOPS:
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SOURCES and path.is_file():
                tree[path.relative_to(root).as_posix()] = includes_of(path)
    return tree


def is_ours(include):
    return include.quoted or include.target.split("/")[0] in TOPS


def own_targets(tree, file):
    return [i.target for i in tree[file]
            if is_ours(i) and i.target in tree]


def folder(file):
    """`ops` of moestro/ops/part.h; `cli` of cli/run.h."""
    parts = file.split("/")
    return parts[1] if parts[0] == "moestro" and len(parts) > 2 else parts[0]


def reachable(graph, start):
    seen, todo = set(), [start]
    while todo:
        for target in graph.get(todo.pop(), ()):
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return seen


def check_paths(tree):
    """Includes are written from the root and name a file that is there."""
    for file, includes in tree.items():
        for i in includes:
            if is_ours(i) and i.target not in tree:
                yield Finding(
                    file, i.line, "an include names a file of the tree",
                    f"'{i.target}' is not there",
                    "write the path from the root, as in "
                    '"moestro/ops/part.h"')


def check_folders(tree):
    for file in tree:
        if file.startswith("moestro/") and folder(file) not in ARROWS:
            yield Finding(
                file, 1, "every folder has its arrows",
                f"'{folder(file)}' is not in the table",
                "move the file, or add the folder to ARROWS in "
                "tools/check_layers.py and to docs/design.md")


def arrow_of(file, target):
    """What is wrong with file -> target as (rule, reason, instead), or
    None."""
    used = folder(target)
    if used == folder(file):
        return None
    if used in INCLUDED_BY_NOBODY:
        return (f"nobody includes moestro/{used}",
                f"'{target}' is reached through its registered operator",
                "call the operator of moestro/ops")
    if not file.startswith("moestro/"):
        if file.startswith("tests/") or used in ARROWS or used == "cli":
            return None
        return (f"{folder(file)} does not use {used}",
                f"'{target}' is not part of the library",
                "move what both need into moestro/")
    if used in reachable(ARROWS, folder(file)):
        return None
    allowed = ", ".join(sorted(reachable(ARROWS, folder(file)))) or "nothing"
    return (f"{folder(file)} does not use {used}",
            f"arrows point down only and {folder(file)} may use {allowed}",
            "move the shared declaration down, or this file up")


def check_arrows(tree):
    for file, includes in tree.items():
        for i in includes:
            if is_ours(i) and i.target in tree:
                wrong = arrow_of(file, i.target)
                if wrong:
                    yield Finding(file, i.line, *wrong)


def check_torch(tree):
    for file, includes in tree.items():
        for i in includes:
            if FORBIDDEN.match(i.target):
                yield Finding(
                    file, i.line, f"nobody includes {i.target}",
                    "it costs tens of seconds of compile time",
                    "include ATen/core/Tensor.h and the operators used")
            elif folder(file) in TORCH_FREE and TORCH.match(i.target):
                yield Finding(
                    file, i.line, f"{folder(file)} is free of libtorch",
                    f"'{i.target}' would bring it in",
                    "move the file to a folder above tensor/")


def sees_torch(tree, file):
    if file.startswith("moestro/") and folder(file) not in TORCH_FREE:
        return True
    graph = {f: own_targets(tree, f) for f in tree}
    return any(TORCH.match(i.target)
               for f in {file} | reachable(graph, file) for i in tree[f])


def check_fmt(tree):
    for file, includes in tree.items():
        for i in includes:
            if not i.target.startswith("fmt/"):
                continue
            if file.endswith(".h"):
                yield Finding(
                    file, i.line, "no header includes fmt",
                    "libtorch carries another version of it",
                    "format in the .cpp")
            elif sees_torch(tree, file):
                yield Finding(
                    file, i.line, "no file that sees libtorch includes fmt",
                    "libtorch carries another version of it",
                    "use moestro/base/text.h")


def check_heavy(tree):
    for name, pattern in HEAVY.items():
        users = [(file, i.line) for file, includes in tree.items()
                 for i in includes if pattern.match(i.target)]
        files = list(dict.fromkeys(file for file, _ in users))
        for file, line in users:
            if file in files[HEAVY_FILES:]:
                yield Finding(
                    file, line,
                    f"at most {HEAVY_FILES} files include {name}",
                    "it costs seconds of compile time and has "
                    + " and ".join(files[:HEAVY_FILES]),
                    "use the facade that stands before it")


def find_cycles(tree):
    """Groups of files that include each other, each as one closed walk."""
    graph = {file: own_targets(tree, file) for file in tree}
    done, cycles = set(), []

    def walk(file, trail):
        if file in trail:
            cycles.append(trail[trail.index(file):] + [file])
        elif file not in done:
            for target in graph[file]:
                walk(target, trail + [file])
            done.add(file)

    for file in sorted(tree):
        walk(file, [])
    return cycles


def check_cycles(tree):
    for cycle in find_cycles(tree):
        line = next(i.line for i in tree[cycle[0]] if i.target == cycle[1])
        yield Finding(
            cycle[0], line, "no file includes itself through others",
            " -> ".join(cycle),
            "declare what both need in a header below them")


def public_headers(root):
    """[(line, header)] of public.txt, [] where there is none."""
    path = root / "public.txt"
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(n, line.strip()) for n, line in enumerate(lines, 1)
            if line.strip() and not line.startswith("#")]


def check_public(root, tree):
    listed = public_headers(root)
    public = {header for _, header in listed}
    for line, header in listed:
        if header not in tree:
            yield Finding(
                "public.txt", line, "every installed header exists",
                f"'{header}' is not there", "correct or remove the line")
            continue
        for i in tree[header]:
            if is_ours(i) and i.target in tree and i.target not in public:
                yield Finding(
                    header, i.line,
                    "a public header includes public headers only",
                    f"'{i.target}' is not in public.txt",
                    "list it there, or declare what is needed forward")


def check_examples(root, tree):
    """Examples stand outside: what they need must be installed."""
    public = {header for _, header in public_headers(root)}
    for file, includes in tree.items():
        for i in includes:
            if (public and file.startswith("examples/") and is_ours(i)
                    and i.target in tree and i.target not in public
                    and not i.target.startswith("examples/")):
                yield Finding(
                    file, i.line, "examples use public headers only",
                    f"'{i.target}' is not in public.txt",
                    "list it there, or use what is public")


def findings(root):
    tree = read_tree(root)
    found = []
    for check in (check_paths, check_folders, check_arrows, check_torch,
                  check_fmt, check_heavy, check_cycles):
        found += check(tree)
    found += check_public(root, tree)
    found += check_examples(root, tree)
    return found


def main(arguments):
    here = pathlib.Path(__file__).resolve().parent.parent
    root = pathlib.Path(arguments[0]) if arguments else here
    found = findings(root)
    for finding in found:
        print(as_line(finding))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
