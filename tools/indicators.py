#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the indicators of the code beside their targets; exits with 1 when one
is missed. Functions are found by matching braces after a parameter list; of
1140 that universal-ctags finds here it misses 15, all one-liners or tables.
"""

import pathlib
import re
import statistics
import sys

ROOT = pathlib.Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import check_layers  # noqa: E402
import check_types  # noqa: E402

HEAD = re.compile(
    r"(?:^|\s|[*&~])([A-Za-z_~][\w:~]*)\s*\(([^;{}]*)\)\s*"
    r"(?:const|noexcept|override|final|->\s*[\w:<>, *&]+|:\s*[^;{}]*(?:\{[^{}]*\}[^;{}]*)*|\s)*$")
KEYWORDS = {"if", "for", "while", "switch", "catch", "return", "sizeof",
            "namespace", "struct", "class", "enum", "constexpr", "else", "do"}


def functions(text):
    """(name, first line, lines) of every function with a body."""
    text = check_types.blank(text)
    found, stack, start = [], [], 0
    for at, c in enumerate(text):
        if c in ";}":
            start = at + 1
        if c == "}" and stack:
            name, first = stack.pop()
            if name:
                found.append((name, text.count("\n", 0, first) + 1,
                              text.count("\n", first, at) + 1))
        if c == "{":
            head = text[start:at]
            match = HEAD.search(head)
            name = match.group(1) if match else None
            inside = any(n for n, _ in stack)
            if name in KEYWORDS or inside:
                name = None
            first = start + len(head) - len(head.lstrip())
            stack.append((name, first))
            start = at + 1
    return found


def split_parameters(text):
    depth, count = 0, 1 if text.strip() not in ("", "void") else 0
    for c in text:
        depth += c in "(<[{"
        depth -= c in ")>]}"
        count += c == "," and depth == 0
    return count


def wide_declarations(path):
    text = check_types.blank(path.read_text())
    for match in re.finditer(r"\b(\w+)\s*\(([^;{}()]*(?:\([^()]*\)[^;{}()]*)*)\)"
                             r"\s*(?:const|override|noexcept|\s)*(?:= 0)?\s*[;{]", text):
        if match.group(1) not in KEYWORDS and split_parameters(match.group(2)) > 5:
            yield f"{path.relative_to(ROOT)}: {match.group(1)}"


def sources(*tops):
    return sorted(p for top in tops for p in (ROOT / top).rglob("*")
                  if p.suffix in (".h", ".cpp"))


def quantile(values, p):
    return sorted(values)[int(p * (len(values) - 1))]


def comment_share(paths):
    """Comment lines in a hundred of comment and code, licence lines aside."""
    comments = code = 0
    for path in paths:
        for line in path.read_text().splitlines():
            if line.strip().startswith("//"):
                comments += "SPDX" not in line
            else:
                code += bool(line.strip())
    return 100 * comments / (comments + code)


def main():
    files = sources("moestro", "cli")
    lengths = {p: len(p.read_text().splitlines()) for p in files}
    found = [(n, p, line, size) for p in files
             for n, line, size in functions(p.read_text())]
    sizes = [size for *_, size in found]
    long = [f for f in found if f[3] > 60]
    public = [ROOT / header for _, header in check_layers.public_headers(ROOT)]
    wide = [w for p in public for w in wide_declarations(p)]
    cycles = [" -> ".join(c) for c in
              check_layers.find_cycles(check_layers.read_tree(ROOT))]
    test_lines = sum(len(p.read_text().splitlines()) for p in sources("tests"))
    library = sum(lengths.values())
    text = "".join(p.read_text() for p in files)

    rows = [
        ("functions", len(sizes), None),
        ("function length, median", statistics.median(sizes), 8),
        ("function length, 90th percentile", quantile(sizes, 0.9), 30),
        ("functions over 60 lines, %", 100 * len(long) / len(sizes), 1),
        ("files", len(files), None),
        ("file length, median", statistics.median(lengths.values()), 120),
        ("file length, max", max(lengths.values()), 600),
        ("include cycles", len(cycles), 0),
        ("public functions over 5 parameters", len(wide), 0),
        ("comments in public headers, %", comment_share(public), None),
        ("comments in sources, %",
         comment_share([p for p in files if p.suffix == ".cpp"]), None),
        ("test lines per library line", test_lines / library, None),
        ("NOLINT", text.count("NOLINT"), None),
        ("TODO", len(re.findall(r"\bTODO\b", text)), None),
    ]
    missed = False
    for name, value, target in rows:
        bad = target is not None and value > target
        missed = missed or bad
        goal = "" if target is None else f"   (at most {target:g})"
        print(f"{name:<38} {value:8.4g}{goal}{'   MISSED' if bad else ''}")
    print("\nlongest functions")
    for name, path, line, size in sorted(found, key=lambda f: -f[3])[:5]:
        print(f"  {size:4}  {name}  {path.relative_to(ROOT)}:{line}")
    print("longest files")
    for path in sorted(lengths, key=lambda p: -lengths[p])[:5]:
        print(f"  {lengths[path]:4}  {path.relative_to(ROOT)}")
    for line in wide + cycles:
        print(line)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
