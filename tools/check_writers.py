#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files are written in one place: moestro/base/durable.cpp writes aside, syncs
and renames, and says what failed. Whoever opens a file for writing elsewhere
loses one of the three.

    tools/check_writers.py [ROOT]

One line a finding: FILE:LINE: rule; reason; what to do instead.
"""
import pathlib
import re
import sys

ALLOWED = {"moestro/base/durable.cpp"}
WRITER = re.compile(
    r"\b(?:ofstream|fstream|basic_ofstream)\b|\bfopen(?:64)?\s*\(|\bfreopen\s*\("
    r"|\bcreat\s*\(|\bO_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)\b|\bmkstemp\s*\(")


def findings(root):
    for folder in ("moestro", "cli"):
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.suffix not in (".h", ".cpp") or name in ALLOWED:
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                found = WRITER.search(line.split("//")[0])
                if found:
                    yield (f"{name}:{number}: files are written by "
                           f"moestro/base/durable.h; '{found.group(0).strip()}' "
                           "may leave half a file; call write_durably, "
                           "replace_durably or write_output")


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else ".")
    lines = list(findings(root))
    print("\n".join(lines), end="\n" if lines else "")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
