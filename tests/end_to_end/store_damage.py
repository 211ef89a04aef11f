# SPDX-License-Identifier: Apache-2.0
"""Ways to damage a run store. Those of RANDOM take the path and a source of
random numbers; SAID are statements that leave a sound file with a content that
no program wrote."""
import contextlib
import os
import random
import sqlite3

PAGE = 4096


def _with_bytes(change):
    def damage(path, draw):
        data = bytearray(path.read_bytes())
        change(data, draw)
        path.write_bytes(data)
    damage.__name__ = change.__name__
    return damage


def _page(data, draw, first=1):
    return PAGE * draw.randrange(first, len(data) // PAGE)


@_with_bytes
def flip(data, draw):
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)


@_with_bytes
def flips(data, draw):
    for _ in range(draw.choice((2, 10, 100))):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)


@_with_bytes
def header_byte(data, draw):
    data[draw.randrange(16, 100)] = draw.randrange(256)


@_with_bytes
def page_header(data, draw):
    data[_page(data, draw) + draw.randrange(24)] = draw.randrange(256)


def truncated(path, draw):
    os.truncate(path, draw.randrange(path.stat().st_size))


@_with_bytes
def zeroed_page(data, draw):
    at = _page(data, draw, 0)
    data[at:at + PAGE] = bytes(PAGE)


@_with_bytes
def random_page(data, draw):
    at = _page(data, draw)
    data[at:at + PAGE] = draw.randbytes(PAGE)


@_with_bytes
def swapped_pages(data, draw):
    a, b = _page(data, draw), _page(data, draw)
    data[a:a + PAGE], data[b:b + PAGE] = data[b:b + PAGE], data[a:a + PAGE]


@_with_bytes
def copied_page(data, draw):
    a, b = _page(data, draw), _page(data, draw)
    data[a:a + PAGE] = data[b:b + PAGE]


def foreign_log(path, draw):
    path.with_name("run.db-wal").write_bytes(draw.randbytes(9000))


def foreign_journal(path, draw):
    magic = bytes((0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7))
    path.with_name("run.db-journal").write_bytes(magic + draw.randbytes(9000))


RANDOM = (flip, flips, header_byte, page_header, truncated, zeroed_page,
          random_page, swapped_pages, copied_page, foreign_log,
          foreign_journal)


def damage(path, seed):
    """The way that was taken; equal seeds do the same to equal files."""
    way = RANDOM[seed % len(RANDOM)]
    way(path, random.Random(seed))
    return way.__name__


def execute(path, statements):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(statements)


FAR = 2 ** 62
_LAYERS = "UPDATE fact SET key = 'layers', value = '%s' WHERE key = 'layers'"
_TILE = ("UPDATE tile SET data = (SELECT data FROM tile WHERE quantity = '%s' "
         "LIMIT 1) WHERE quantity = '%s'")
# 3: nothing of it can be believed; 0: the rest is shown.
SAID = [
    (3, f"INSERT INTO step VALUES ({FAR}, 0)"),
    (0, f"INSERT INTO step VALUES ({2 ** 53 - 1}, 0)"),
    (0, "INSERT INTO step VALUES (1000000000000, 0)"),
    (0, "INSERT INTO step VALUES (-5, 0)"),
    (3, "UPDATE step SET step = 'abc' WHERE step = 8"),
    (3, f"UPDATE scalar SET step = {FAR} WHERE step = 8"),
    (3, "UPDATE scalar SET step = -step"),
    (3, "UPDATE scalar SET value = 'text'"),
    (3, "UPDATE scalar SET value = x'00ff'"),
    (0, "UPDATE scalar SET value = NULL"),
    (0, "UPDATE scalar SET value = 9e999"),
    (0, "UPDATE scalar SET value = -9e999"),
    (0, "UPDATE scalar SET value = 1.7e308"),
    (0, "UPDATE scalar SET value = 1e17 + step WHERE series = 'loss/lm'"),
    (0, "UPDATE scalar SET value = 1e300 + step WHERE series = 'loss/lm'"),
    (0, "UPDATE scalar SET series = char(27) || '[31m' || series"),
    (3, "UPDATE tile SET layer = -1 WHERE layer = 1"),
    (3, f"UPDATE tile SET layer = {FAR} WHERE layer = 1"),
    (3, "UPDATE tile SET layer = 2147483647 WHERE layer = 1"),
    (0, "UPDATE tile SET layer = 99999 WHERE layer = 1"),
    (3, "UPDATE tile SET layer = 'x' WHERE layer = 1"),
    (0, f"UPDATE tile SET first_step = first_step + {FAR}"),
    (0, "UPDATE tile SET first_step = -first_step"),
    (3, "UPDATE tile SET data = zeroblob(100)"),
    (3, "UPDATE tile SET data = zeroblob(10000000) "
        "WHERE quantity = 'demand' AND factor = 1"),
    (3, "UPDATE tile SET data = 'text'"),
    (3, _TILE % ("prob", "demand")),
    (3, _TILE % ("demand", "prob")),
    (3, _TILE % ("tokens", "demand")),
    (3, _TILE % ("tokens", "kept")),
    (3, _TILE % ("sequence_traces", "sequence_square")),
    (3, "DELETE FROM tile WHERE quantity = 'sequence_square'"),
    (3, "DELETE FROM tile WHERE quantity = 'demand'"),
    (0, "DELETE FROM tile WHERE quantity = 'tokens'"),
    (0, "DELETE FROM tile WHERE factor = 1"),
    (0, "DELETE FROM tile WHERE factor > 1"),
    (0, "UPDATE tile SET quantity = 'a/b/' || quantity"),
    (0, "INSERT INTO tile SELECT layer, 'x/' || quantity, factor, "
        "first_step + 64000, data FROM tile"),
    (3, _LAYERS % "[[["),
    (3, _LAYERS % '{"a":1}'),
    (3, _LAYERS % '[{"kind":"routed","experts":1e300}]'),
    (0, _LAYERS % f'[{{"kind":"r","experts":{FAR},"top_k":{FAR}}}]'),
    (0, _LAYERS % '[{"kind":"r","experts":-4,"top_k":-1}]'),
    (3, "UPDATE fact SET value = '[1, 2]' WHERE key = 'domains'"),
    (0, f"UPDATE fact SET value = '{FAR}' WHERE key = 'steps'"),
    (0, f"UPDATE fact SET value = '{-2 ** 63}' WHERE key = 'parameters'"),
    (0, "UPDATE fact SET value = 'nan' WHERE key LIKE 'baseline%'"),
    (0, "UPDATE fact SET value = '1e308' WHERE key LIKE 'baseline%'"),
    (3, "UPDATE fact SET value = x'ff00'"),
    (3, "UPDATE fact SET value = ''"),
    (0, "DELETE FROM fact"),
    (0, "DELETE FROM step"),
    (0, "DELETE FROM scalar"),
    (0, f"UPDATE event SET step = {FAR}"),
    (3, "UPDATE step_clock SET wall_seconds = 'x'"),
    (0, "UPDATE step_clock SET wall_seconds = 1e300, step_seconds = 1e300"),
    (0, "UPDATE step_clock SET wall_seconds = -1e300, step_seconds = 9e999"),
    (0, "UPDATE phase_clock SET seconds = 1e308"),
    (0, "UPDATE phase_clock SET seconds = NULL"),
    (3, "DROP TABLE step"),
    (3, "DROP TABLE tile"),
    (3, "DROP TABLE fact"),
    (3, "DROP TABLE scalar"),
    (3, "DROP TABLE step; CREATE TABLE step(a)"),
    (3, "DROP TABLE step; CREATE VIEW step AS WITH RECURSIVE c(step) AS "
        "(SELECT 1 UNION ALL SELECT step + 1 FROM c) SELECT step FROM c"),
    (0, "PRAGMA user_version = 1"),
    (3, "PRAGMA user_version = 3"),
    (3, "PRAGMA application_id = 0"),
    (0, "PRAGMA page_size = 512; VACUUM"),
    (0, "PRAGMA user_version = 1; "
        f"UPDATE fact SET value = '{FAR}' WHERE key = 'layers'"),
    (0, "PRAGMA user_version = 1; UPDATE fact SET key = 'experts/99999', "
        f"value = '{FAR}' WHERE key = 'seed'"),
]
