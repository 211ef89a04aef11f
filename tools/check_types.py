#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One name, one meaning: a type of namespace moestro is declared once in the tree.
Two types of one name in two libraries of one process are joined by the loader,
which calls one's destructor for the other. And a header of the library exports
what it declares, because everything else is hidden.

    tools/check_types.py [ROOT | --fix]

Forward declarations, specialisations and types in unnamed namespaces or inside
other types are left alone. One line a finding: FILE:LINE: rule; reason; what to
do instead. --fix writes what a header lacks for that.
"""
import collections
import pathlib
import re
import sys

import check_layers

API = "moestro/base/api.h"
BEGIN, END = "MOESTRO_API_BEGIN", "MOESTRO_API_END"
TYPE = re.compile(
    r"\b(?:struct|class|union|enum(?:\s+(?:class|struct))?)\s+"
    r"(?:alignas\([^)]*\)\s*|\[\[[^\]]*\]\]\s*|[A-Z][A-Z0-9_]+\s+)*"
    r"(?P<name>[A-Za-z_]\w*)\s*(?:final\s*)?(?::[^:;{}][^;{}]*)?$")
NAMESPACE = re.compile(
    r"\bnamespace\s*(?P<name>[A-Za-z_][\w:]*)?\s*$")

Place = collections.namedtuple("Place", "name file line")


def blank(text):
    """The text without comments, literals and directives, line ends kept."""
    def spaces(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    text = re.sub(r'R"(\w*)\(.*?\)\1"', spaces, text, flags=re.S)
    text = re.sub(r"//[^\n]*|/\*.*?\*/", spaces, text, flags=re.S)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', spaces, text)
    text = re.sub(r"(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])'", spaces, text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", spaces, text, flags=re.M)


def types_of(text):
    """(full name, line) of each type at namespace scope, unnamed ones aside."""
    text = blank(text)
    scopes, start = [], 0  # a namespace's name, "" unnamed, None anything else
    for at, c in enumerate(text):
        if c in ";}":
            start = at + 1
        if c == "}" and scopes:
            scopes.pop()
        if c != "{":
            continue
        head, begin, start = text[start:at], start, at + 1
        namespace, type_ = NAMESPACE.search(head), TYPE.search(head)
        at_namespace_scope = all(scope for scope in scopes)
        if namespace and at_namespace_scope:
            scopes.append(namespace.group("name") or "")
            continue
        scopes.append(None)
        if type_ and at_namespace_scope and scopes[:-1]:
            line = text.count("\n", 0, begin + type_.start("name")) + 1
            yield "::".join(scopes[:-1] + [type_.group("name")]), line


def findings(root):
    declared = collections.defaultdict(list)
    for file in check_layers.read_tree(root):
        text = (root / file).read_text(encoding="utf-8", errors="replace")
        for name, line in types_of(text):
            # A binary of tests is linked by itself.
            if not file.startswith("tests/"):
                declared[name].append(Place(name, file, line))
    for name, places in declared.items():
        for place in places[1:]:
            yield check_layers.Finding(
                place.file, place.line, "a type name is declared once",
                f"'{name}' is also at {places[0].file}:{places[0].line}",
                "name it for what it is, or put it into an unnamed namespace")


HEADER_RULE = "a header of the library shows what it declares"


def shown(text):
    """The header with its namespace exported, and the include that takes."""
    if BEGIN in text or not re.search(r"^namespace moestro", text, re.M):
        return text
    include = f'#include "{API}"\n'
    if include not in text:
        first = (re.search(r'^#include "', text, re.M)
                 or re.search(r"^namespace", text, re.M))
        gap = "" if text[first.start()] == "#" else "\n"
        text = text[:first.start()] + include + gap + text[first.start():]
    begin = re.search(r"^namespace moestro", text, re.M).start()
    end = text.rindex("}  // namespace moestro")
    end = text.index("\n", end) + 1
    return f"{text[:begin]}{BEGIN}\n{text[begin:end]}{END}\n{text[end:]}"


def library_headers(root):
    """Every header whose names cross the border of a library."""
    for file in check_layers.read_tree(root):
        if file.endswith(".h") and file != API and (
                file.startswith("moestro/") or file == "cli/run.h"):
            yield file


def hidden_headers(root):
    for file in library_headers(root):
        text = (root / file).read_text(encoding="utf-8")
        if shown(text) != text:
            yield check_layers.Finding(
                file, 1, HEADER_RULE, f"no {BEGIN} before its namespace",
                "run tools/check_types.py --fix")


def main(arguments):
    here = pathlib.Path(__file__).resolve().parent.parent
    if arguments == ["--fix"]:
        for file in library_headers(here):
            path = here / file
            path.write_text(shown(path.read_text()))
        return 0
    root = pathlib.Path(arguments[0]) if arguments else here
    found = [*findings(root), *hidden_headers(root)]
    for finding in found:
        print(check_layers.as_line(finding))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
