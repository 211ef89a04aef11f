# SPDX-License-Identifier: Apache-2.0
"""Files that are not files, corpora that are not what was built, names that are
more than names: refused in one line that names them, and never waited for."""
import html.parser
import json
import os
import resource
import stat
import subprocess
import unittest

from harness import (Case, PROGRAM, case_with_run, checkpoints, environment,
                     query, run, sets, tiny_config)

ODD = {
    "FIFO": os.mkfifo,
    "socket": lambda path: os.mknod(path, stat.S_IFSOCK | 0o600),
    "levels of symbolic links": lambda path: os.symlink(path, path),
    "device": lambda path: os.symlink("/dev/zero", path),
    "folder": os.mkdir,
}
SECONDS = 60  # a hang, however slow the machine


def prose(word, lines=300):
    return "".join(f"{word} number {i} of the list\n" for i in range(lines))


def put(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def flip(path, at=0):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


class HostileCase(Case):
    def run_soon(self, *words, **options):
        return run(*words, timeout=SECONDS, **options)

    def train_on(self, data, **options):
        return self.run_soon("train", tiny_config(), "--run",
                             self.folder / "run", "--data", data,
                             *sets(train__steps=1), **options)

    def as_nobody(self, *words):
        """The verb run by somebody whom permissions bind."""
        user = {"user": 65534, "group": 65534, "extra_groups": []}
        user = user if os.geteuid() == 0 else {}
        for folder in (self.folder, self.folder.parent):
            folder.chmod(folder.stat().st_mode | 0o055)
        try:
            able = subprocess.run([PROGRAM, "--version"], capture_output=True,
                                  **user).returncode == 0
        except OSError:
            able = False
        if not able:
            self.skipTest("nobody may not run the program here")
        return self.run_soon(*words, env=environment(), **user)


class Corpora(HostileCase):
    def setUp(self):
        super().setUp()
        for word in ("law", "poems"):
            put(self.folder / "mine", f"{word}/a.txt", prose(word))
        self.corpus = self.folder / "corpus"
        self.ends(self.build(), 0)
        self.manifest = self.corpus / "manifest.json"

    def build(self):
        return run("data", "build", "--from", self.folder / "mine",
                   "--out", self.corpus)

    def stats(self, path=None):
        return self.run_soon("data", "stats", path or self.corpus)

    def test_flipped_byte_of_any_shard_is_refused_by_name(self):
        for name in ("law.train.bin", "law.train.offsets", "law.valid.bin",
                     "poems.valid.offsets"):
            with self.subTest(name=name):
                before = (self.corpus / name).stat()
                flip(self.corpus / name, -1)
                # Neither size nor time tells.
                os.utime(self.corpus / name,
                         ns=(before.st_atime_ns, before.st_mtime_ns))
                self.refused(self.stats(), 3, name, "damaged", "hash")
                self.refused(self.train_on(self.corpus), 3, name)
                flip(self.corpus / name, -1)
        self.assertFalse((self.folder / "run").exists())
        self.ends(self.stats(), 0)

    def test_evaluation_refuses_a_flipped_byte(self):
        self.ends(self.train_on(self.corpus), 0)
        flip(self.corpus / "poems.valid.bin")
        self.refused(self.run_soon("eval", self.folder / "run"), 3,
                     "poems.valid.bin", "hash")

    def test_shard_that_is_cut_or_missing_is_refused_by_name(self):
        os.truncate(self.corpus / "law.valid.bin", 7)
        self.refused(self.stats(), 3, "law.valid.bin")
        (self.corpus / "law.train.bin").unlink()
        self.refused(self.stats(), 3, "law.train.bin")

    def without_offset_hashes(self):
        text = json.loads(self.manifest.read_text())
        for domain in text["domains"]:
            for split in ("train", "valid"):
                del domain[split]["offsets_xxh3"]
        self.manifest.write_text(json.dumps(text))

    def test_manifest_of_before_is_read_and_renewed_by_the_same_build(self):
        self.without_offset_hashes()
        self.ends(self.stats(), 0)
        self.ends(self.build(), 0)
        self.assertIn("offsets_xxh3", self.manifest.read_text())
        self.assertEqual([p.name for p in self.folder.iterdir()
                          if p.name.startswith(".")], [])

    def test_what_is_no_folder_is_not_built_over(self):
        odd = self.folder / "odd"
        for kind, make in ODD.items():
            if kind != "folder":
                with self.subTest(kind=kind):
                    make(odd)
                    self.refused(
                        run("data", "build", "--from", self.folder / "mine",
                            "--out", odd), 3, odd, "--force")
                    self.assertTrue(os.path.lexists(odd))
                    odd.unlink()

    def test_full_disk_keeps_the_corpus_that_was_there(self):
        before = {p.name: p.read_bytes() for p in self.corpus.iterdir()}
        put(self.folder / "mine", "law/b.txt", prose("more", 3000))

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        result = run("data", "build", "--from", self.folder / "mine", "--out",
                     self.corpus, "--force", preexec_fn=limit)
        self.refused(result, 1, "law.train.bin", "File too large")
        self.assertEqual(before, {p.name: p.read_bytes()
                                  for p in self.corpus.iterdir()})
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()),
                         ["corpus", "mine"])

    def test_damaged_manifest_is_refused_by_name(self):
        sound = self.manifest.read_text()
        law = '"name": "law"'
        for old, new in ((sound[40:], ""), (sound, ""), (sound, "[]"),
                         (sound, "\0" * 99), (sound, '{"version": 1}'),
                         ('"version": 1', '"version": "1"'),
                         ('"documents": ', '"documents": -'),
                         ('"documents": 1', '"documents": 1000000000000000000'),
                         ('"bytes": ', '"bytes": 1e18, "x": '),
                         ('"bytes": ', '"bytes": "', ), (law, '"name": ""'),
                         (law, '"name": "../law"'), (law, '"name": ".."'),
                         (law, '"name": "/etc/law"'), (law, '"name": "a\\u0000"'),
                         (law, '"name": "poems"'), (law, '"name": 3'),
                         (law, f'"name": "{"x" * 300}"'),
                         ('"domains": [', '"domains": [], "x": [')):
            with self.subTest(new=new[:40]):
                self.manifest.write_text(sound.replace(old, new))
                self.refused(self.stats(), 3, "manifest.json")
                self.refused(self.train_on(self.corpus), 3, "manifest.json")

    def test_parts_that_are_no_files_are_refused_by_name(self):
        for kind, make in ODD.items():
            for name in ("law.train.bin", "manifest.json"):
                with self.subTest(kind=kind, name=name):
                    part = self.corpus / name
                    kept = part.read_bytes()
                    part.unlink()
                    make(part)
                    self.refused(self.stats(), 3, name, kind)
                    if kind == "folder":
                        part.rmdir()
                    part.unlink(missing_ok=True)
                    part.write_bytes(kept)

    def test_what_may_not_be_read_is_refused_by_name(self):
        for name in ("law.train.bin", "poems.valid.offsets", "manifest.json"):
            with self.subTest(name=name):
                (self.corpus / name).chmod(0)
                self.refused(self.as_nobody("data", "stats", self.corpus), 3,
                             name, "Permission denied")
                (self.corpus / name).chmod(0o644)

    def test_corpus_folder_that_may_not_be_read_is_refused(self):
        self.corpus.chmod(0)
        self.refused(self.as_nobody("data", "stats", self.corpus), 3, "corpus",
                     "Permission denied")


class OwnText(HostileCase):
    def setUp(self):
        super().setUp()
        self.mine = self.folder / "mine"
        put(self.mine, "law/a.txt", prose("law"))

    def refuse(self, *said):
        self.refused(self.run_soon("data", "stats", self.mine), 3, *said)
        self.refused(self.train_on(self.mine), 3, *said)
        self.refused(run("data", "build", "--from", self.mine, "--out",
                         self.folder / "out"), 3, *said)
        self.assertFalse((self.folder / "out").exists())

    def test_texts_that_are_no_files_are_refused_by_name(self):
        for kind, make in ODD.items():
            if kind == "folder":
                continue  # one called b.txt is a folder like others
            with self.subTest(kind=kind):
                make(self.mine / "law/b.txt")
                self.refuse("law/b.txt", kind)
                (self.mine / "law/b.txt").unlink()

    def test_dangling_text_is_refused_by_name(self):
        (self.mine / "law/b.txt").symlink_to("nowhere")
        self.refuse("law/b.txt", "No such file")

    def test_link_to_a_folder_is_refused_by_name(self):
        (self.mine / "loop").symlink_to(self.mine)
        self.refuse("mine/loop", "link to a folder")

    def test_what_is_no_text_by_its_name_is_passed_over(self):
        os.mkfifo(self.mine / "law/pipe")
        (self.mine / "law/self").symlink_to("self")
        self.ends(self.run_soon("data", "stats", self.mine), 0)

    def test_data_that_is_no_file_is_refused(self):
        for kind, make in ODD.items():
            if kind != "folder":
                with self.subTest(kind=kind):
                    make(self.folder / "odd")
                    self.refused(self.train_on(self.folder / "odd"), 3, "odd",
                                 kind)
                    (self.folder / "odd").unlink()
        self.refused(self.train_on("/dev/zero"), 3, "/dev/zero", "device")

    def test_unreadable_sub_folder_or_text_is_refused_by_name(self):
        for name in ("law", "law/a.txt", "poems"):
            with self.subTest(name=name):
                put(self.mine, "poems/b.txt", prose("rose"))
                (self.mine / name).chmod(0)
                result = self.as_nobody("data", "stats", self.mine)
                (self.mine / name).chmod(0o755)
                self.refused(result, 3, name, "Permission denied")

    def test_unreadable_package_text_is_refused_by_name(self):
        packages = self.folder / "packages"
        for package, place in (("git-doc", "usr/share/doc/git-doc/a.txt"),
                               ("manpages-de", "usr/share/man/de/a.gz")):
            put(packages, f"root/{package}/VERSION", "1\n")
            put(packages, f"root/{package}/{place}", prose(package))
        words = ("data", "build", "--packages", packages, "--domains",
                 "docs,man-de", "--out", self.folder / "out")
        page = packages / "root/manpages-de/usr/share/man/de/a.gz"
        page.write_bytes(b"\x1f\x8b damaged")
        self.refused(run(*words), 3, "a.gz", "damaged")
        page.parent.chmod(0)
        self.folder.chmod(0o777)
        result = self.as_nobody(*words)
        page.parent.chmod(0o755)
        self.refused(result, 3, "man/de", "Permission denied")


class Inputs(HostileCase):
    REQUEST = '{"scores":[[1,2],[3,4]],"capacity":1}'
    LOGITS = "[[1,2,3,4],[4,3,2,1]]"

    def refuse_each(self, code, *words):
        odd = self.folder / "odd"
        for kind, make in ODD.items():
            with self.subTest(kind=kind, verb=words[0]):
                make(odd)
                result = self.run_soon(*(odd if w == "ODD" else w
                                         for w in words))
                self.refused(result, code, odd)
                odd.rmdir() if kind == "folder" else odd.unlink()

    def test_request_that_is_no_file_is_refused(self):
        self.refuse_each(3, "plan", "assign", "ODD")

    def test_logits_that_are_no_file_are_refused(self):
        self.refuse_each(3, "route", "topk", "--logits", "ODD")

    def test_configuration_that_is_no_file_is_refused(self):
        self.refuse_each(2, "train", "ODD", "--run", self.folder / "run")

    def piped(self, text, *words):
        return run(*words, input=text, timeout=SECONDS)

    def test_what_a_shell_pipes_is_read(self):
        for name in ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"):
            with self.subTest(name=name):
                self.ends(self.piped(self.REQUEST, "plan", "assign", name), 0)
                self.ends(self.piped(self.LOGITS, "route", "topk", "--logits",
                                     name), 0)

    def test_process_substitution_is_read(self):
        for words in (f"plan assign <(echo '{self.REQUEST}')",
                      f"route topk --logits <(echo '{self.LOGITS}')",
                      f"train <(cat {tiny_config()}) --check"):
            with self.subTest(words=words):
                result = subprocess.run(
                    ["bash", "-c", f"{PROGRAM} {words}"], text=True,
                    capture_output=True, timeout=SECONDS, env=environment())
                self.ends(result, 0)

    def test_closed_standard_input_is_refused(self):
        result = subprocess.run(
            ["bash", "-c", f"{PROGRAM} plan assign - <&-"], text=True,
            capture_output=True, timeout=SECONDS, env=environment())
        self.refused(result, 3, "standard input")


class Checkpoints(case_with_run()):
    def test_parts_that_are_no_files_count_as_damage(self):
        for kind, make in ODD.items():
            for part in ("model.safetensors", "manifest.json"):
                with self.subTest(kind=kind, part=part):
                    folder = self.copy(self.finished, f"{part} {kind}")
                    path = checkpoints(folder)[0] / part
                    path.unlink()
                    make(path)
                    self.ends(run("resume", folder, timeout=SECONDS), 0, part,
                              "checkpoint before it")

    def test_bytes_that_are_no_file_are_refused(self):
        for kind, make in ODD.items():
            odd = self.folder / kind
            make(odd)
            with self.subTest(kind=kind):
                self.refused(run("eval", self.finished, "--per-byte", "--data",
                                 odd, timeout=SECONDS), 3, odd)


class Tags(html.parser.HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.seen = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.seen.update(name for name, _ in attrs)


class Names(HostileCase):
    RED = "\x1b[31m"
    DOMAINS = ["a,b", "<script>x", "q\"uo'te &amp;", "red\x1b[31m", "up\x9bA",
               "turn\u202egpj", " blank "]

    def setUp(self):
        super().setUp()
        self.mine = self.folder / f"mine{self.RED}"
        for name in self.DOMAINS:
            put(self.mine / name, "a.txt", prose(repr(name)))

    def quiet(self, result, code=0):
        self.assertEqual(result.returncode, code, result.stderr)
        for stream in (result.stdout, result.stderr):
            for sign in ("\x1b", "\x9b", "\u202e"):
                self.assertNotIn(sign, stream)
        return result

    def test_domain_is_one_whatever_its_name(self):
        folder = self.folder / f"run{self.RED}<b>"
        self.quiet(run("train", tiny_config(), "--run", folder, "--data",
                       self.mine))
        facts = query(folder, "SELECT value FROM fact WHERE key = 'domains'")
        self.assertEqual(json.loads(facts[0][0]), sorted(self.DOMAINS))
        said = json.loads(run("eval", folder, "--json").stdout)
        for name in self.DOMAINS:
            self.assertIn(f"domain/{name}", said)
        self.quiet(run("eval", folder))
        self.assertIn("run\\x1b[31m", self.quiet(run("report", folder)).stdout)
        card = json.loads(run("report", folder, "--json").stdout)
        self.assertIn(self.RED, card["run"])
        self.check_page(folder)

    def check_page(self, folder):
        page = self.folder / "card.html"
        self.quiet(run("report", folder, "--html", page))
        text = page.read_text()
        self.assertNotIn("script", Tags(text).seen)
        for part in ("&lt;script&gt;x", "q&quot;uo&#39;te &amp;amp;",
                     "<td>a,b</td>", "&lt;b&gt;</h1>"):
            self.assertTrue(part in text, part)

    def test_corpus_keeps_the_names(self):
        corpus = self.folder / "corpus"
        self.quiet(run("data", "build", "--from", self.mine, "--out", corpus))
        stats = self.quiet(run("data", "stats", corpus))
        self.assertIn("red\\x1b[31m", stats.stdout)
        stats = json.loads(run("data", "stats", corpus, "--json").stdout)
        self.assertEqual([d["name"] for d in stats["domains"]],
                         sorted(self.DOMAINS))

    def test_name_that_is_no_text_is_refused(self):
        folder = os.fsencode(self.folder / "other")
        os.makedirs(folder + b"/caf\xe9")
        with open(folder + b"/caf\xe9/a.txt", "w") as file:
            file.write(prose("coffee"))
        result = run("data", "build", "--from", self.folder / "other", "--out",
                     self.folder / "out")
        self.refused(result, 3, "caf\\xe9", "UTF-8")

    def test_messages_show_escapes_of_paths(self):
        odd = self.folder / f"no{self.RED}\nmoestro: fine"
        for code, words in ((3, ("data", "stats", odd)),
                            (3, ("report", odd)),
                            (2, ("train", odd)),
                            (3, ("plan", "eplb", odd)),
                            (2, (f"ver{self.RED}b",)),
                            (2, ("train", "--set", f"a{self.RED}.b=1"))):
            with self.subTest(words=words[0]):
                result = self.quiet(run(*words), code)
                self.refused(result, code, "\\x1b[31m")


if __name__ == "__main__":
    unittest.main()
