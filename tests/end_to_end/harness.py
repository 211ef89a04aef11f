# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: the program, real text, tiny runs."""
import ctypes
import ctypes.util
import functools
import json
import os
import pathlib
import resource
import shutil
import sqlite3
import subprocess
import sysconfig
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("MOESTRO_PROGRAM", str(ROOT / "build" / "moestro"))
TIMEOUT = 300  # seconds; against hangs, no assertion on speed

TINY = """\
[moe]
recipe = "deepseek-v3"
experts = 4
top_k = 2
hidden = 16

[model]
dim = 32
layers = 2
heads = 2
context = 32

[train]
steps = 8
batch = 4
threads = 1
checkpoint_every = 4
eval_every = 4
eval_windows = 4
probe_every = 4

[optimizer]
warmup = 2

[data]
path = "DATA"
"""


# A sanitizer reserves terabytes of addresses before the program begins.
LIMITS_ADDRESSES = unittest.skipIf(
    os.environ.get("MOESTRO_SANITIZED"), "no room for a sanitizer's addresses")


def addresses(bytes_):
    """For a process to come: what it may ask for at most."""
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (bytes_, bytes_))


@functools.cache
def session_folder():
    """A folder of this process that outlives a test and is removed at exit."""
    session_folder.keep = tempfile.TemporaryDirectory(prefix="moestro-test-")
    return pathlib.Path(session_folder.keep.name)


def _texts(candidates, bytes_wanted):
    size = 0
    for path in sorted(candidates):
        if size >= bytes_wanted:
            return
        text = path.read_bytes() if path.is_file() else b""
        if len(text) > 4096 and b"\0" not in text:
            size += len(text)
            yield path.name, text


@functools.cache
def text_folder():
    """Two domains of real text that any Debian machine with Python has."""
    folder = session_folder() / "text"
    library = pathlib.Path(sysconfig.get_paths()["stdlib"])
    sources = {
        "law": pathlib.Path("/usr/share/common-licenses").glob("*"),
        "code": library.glob("*.py"),
    }
    for domain, candidates in sources.items():
        (folder / domain).mkdir(parents=True)
        for name, text in _texts(candidates, 120_000):
            (folder / domain / (name + ".txt")).write_bytes(text)
    return folder


@functools.cache
def tiny_config():
    path = session_folder() / "tiny.toml"
    path.write_text(TINY.replace("DATA", str(text_folder())))
    return path


def environment(**extra):
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    env.update(extra)
    return env


def run(*arguments, program=PROGRAM, **options):
    """Runs the program to its end; text of both streams is captured."""
    options.setdefault("env", environment())
    options.setdefault("timeout", TIMEOUT)
    return subprocess.run(
        [str(program), *map(str, arguments)],
        capture_output=True, text=True, errors="replace",
        **options)


def start(*arguments, **options):
    options.setdefault("env", environment())
    return subprocess.Popen(
        [PROGRAM, *map(str, arguments)], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, **options)


def sets(**keys):
    """sets(train__steps=3) -> ["--set", "train.steps=3"]."""
    words = []
    for key, value in keys.items():
        words += ["--set", f"{key.replace('__', '.')}={value}"]
    return words


def wait_for_step(process, folder, step):
    """Waits until run.db shows `step`; False when the process ended first."""
    while process.poll() is None:
        try:
            database = sqlite3.connect(f"file:{folder}/run.db?mode=ro", uri=True)
            with database:
                found = database.execute("SELECT max(step) FROM step").fetchone()
            database.close()
            if (found[0] or 0) >= step:
                return True
        except sqlite3.Error:
            pass
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            pass
    return False


def checkpoints(folder):
    """Published checkpoints, newest first."""
    return sorted((pathlib.Path(folder) / "checkpoints").glob("step-????????"),
                  reverse=True)


def checkpoint_bytes(folder):
    """{step-…/file: bytes} of every published checkpoint."""
    return {str(f.relative_to(folder)): f.read_bytes()
            for c in checkpoints(folder) for f in sorted(c.iterdir())}


def metric_tables(folder):
    """Every row of every table that is no clock and no journal."""
    database = sqlite3.connect(f"file:{folder}/run.db?mode=ro", uri=True)
    names = [row[0] for row in database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' "
        "AND name NOT LIKE 'sqlite_%'")]
    tables = {
        name: database.execute(f"SELECT * FROM \"{name}\"").fetchall()
        for name in names if "clock" not in name and "event" not in name}
    database.close()
    return tables


def query(folder, text, *values):
    database = sqlite3.connect(f"file:{folder}/run.db?mode=ro", uri=True)
    rows = database.execute(text, values).fetchall()
    database.close()
    return rows


@functools.cache
def _xxhash():
    library = ctypes.CDLL(ctypes.util.find_library("xxhash") or "libxxhash.so.0")
    library.XXH3_64bits.restype = ctypes.c_uint64
    library.XXH3_64bits.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    return library


def xxh3(data):
    """XXH3-64 as 16 hex digits, by the library that the program uses."""
    return f"{_xxhash().XXH3_64bits(data, len(data)):016x}"


def seal(checkpoint, **changes):
    """Makes the hashes of a manifest fit its files and itself again, as only
    somebody can who knows how; also with members changed."""
    path = checkpoint / "manifest.json"
    manifest = json.loads(path.read_text())
    for entry in manifest["files"]:
        data = (checkpoint / entry["name"]).read_bytes()
        entry.update(bytes=len(data), xxh3=xxh3(data))
    manifest.update(changes)
    del manifest["xxh3"]
    body = json.dumps(manifest, indent=2)[:-2]
    path.write_text(f'{body},\n  "xxh3": "{xxh3(body.encode())}"\n}}\n')


class Case(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        self.folder = pathlib.Path(
            tempfile.mkdtemp(prefix=self.id().split(".")[-1] + "-",
                             dir=session_folder()))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def train(self, name="run", *words, **keys):
        """A tiny run that must succeed; its folder."""
        folder = self.folder / name
        self.ends(run("train", tiny_config(), "--run", folder, *words,
                      *sets(**keys)), 0)
        return folder

    def copy(self, folder, name="copy"):
        return pathlib.Path(shutil.copytree(folder, self.folder / name))

    def ends(self, result, code, *said):
        """Exit code, no stack trace, and every text of `said` on stderr."""
        self.assertEqual(result.returncode, code, result.stderr)
        for trace in ("frame #", "Traceback", "terminate called", "C++ Capture"):
            self.assertNotIn(trace, result.stderr)
        for text in said:
            self.assertIn(str(text), result.stderr)

    def same(self, ours, theirs):
        """Two dictionaries, by the names of what differs: the difference of
        megabytes is of no use, and takes minutes."""
        self.assertEqual(
            [name for name in sorted({*ours, *theirs})
             if ours.get(name) != theirs.get(name)], [])

    def refused(self, result, code, *said):
        """The same, in exactly one line of its own."""
        self.ends(result, code, *said)
        errors = [line for line in result.stderr.splitlines()
                  if line.startswith("moestro:")]
        self.assertEqual(len(errors), 1, result.stderr)
        self.assertLess(len(errors[0]), 500)
        self.assertEqual(result.stderr.splitlines()[-1], errors[0])


def case_with_run(**keys):
    """A base class whose tests share one finished run, `cls.finished`."""
    class WithRun(Case):
        @classmethod
        def setUpClass(cls):
            cls.finished = pathlib.Path(
                tempfile.mkdtemp(dir=session_folder())) / "run"
            result = run("train", tiny_config(), "--run", cls.finished,
                         *sets(**keys))
            if result.returncode != 0:
                raise AssertionError(result.stderr)

        @classmethod
        def tearDownClass(cls):
            shutil.rmtree(cls.finished.parent, ignore_errors=True)
    return WithRun
