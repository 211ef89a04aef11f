# SPDX-License-Identifier: Apache-2.0
"""data build: exactly what was asked for, and nothing that it did not make is
overwritten."""
import gzip
import json

from harness import Case, run, text_folder


class DataBuild(Case):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "corpus"
        self.packages = self.folder / "packages"
        for i in range(30):
            self.put("git-doc", f"usr/share/doc/git-doc/{i}.txt",
                     self.prose(f"git {i}").encode())
            self.put("manpages-de", f"usr/share/man/de/{i}.gz",
                     gzip.compress(self.prose(f"zahl {i}").encode(), mtime=0))

    def put(self, package, path, content):
        folder = self.packages / "root" / package
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
        (folder / "VERSION").write_text("1.0\n")

    @staticmethod
    def prose(word):
        return "".join(f"{word} number {i} of the list\n" for i in range(400))

    def build(self, *arguments):
        return run("data", "build", "--out", self.out, *arguments)

    def two(self, *arguments):
        return self.build("--packages", self.packages,
                          "--domains", "docs,man-de", *arguments)

    def content(self):
        return {p.name: p.read_bytes() for p in self.out.iterdir()}

    def test_packages_build_the_domains_that_were_asked_for(self):
        result = self.two("--json")
        self.ends(result, 0)
        stats = json.loads(result.stdout)
        self.assertEqual(stats["name"], "debmix-v2")
        self.assertEqual([d["name"] for d in stats["domains"]],
                         ["docs", "man-de"])
        self.assertEqual(stats["missing"], [])
        again = run("data", "stats", self.out, "--json")
        self.assertEqual(json.loads(again.stdout), stats)

    def test_missing_packages_are_named_and_the_system_is_not_asked(self):
        self.refused(self.build("--packages", self.packages), 3,
                     "manpages-fr", "base-files", "--domains docs,man-de")
        self.assertFalse(self.out.exists())

    def test_what_is_available_is_built_when_that_is_asked_for(self):
        result = self.build("--packages", self.packages,
                            "--domains", "available", "--json")
        self.ends(result, 0)
        stats = json.loads(result.stdout)
        self.assertEqual([d["name"] for d in stats["domains"]],
                         ["docs", "man-de"])
        self.assertIn("law", stats["missing"])

    def test_unknown_domains_are_refused(self):
        self.refused(self.build("--packages", self.packages,
                                "--domains", "docs,laws"), 2, "mean 'law'")

    def test_the_same_again_needs_no_force(self):
        self.ends(self.two(), 0)
        before = self.content()
        self.ends(self.two(), 0)
        self.assertEqual(self.content(), before)

    def test_another_corpus_is_replaced_by_force_alone_and_whole(self):
        self.ends(self.two(), 0)
        before = self.content()
        self.refused(self.two("--seed", "2", "--cap", "100000"), 3,
                     self.out, "--force")
        self.assertEqual(self.content(), before)
        (self.out / "law.train.bin").write_text("stale")
        self.ends(self.two("--seed", "2", "--force"), 0)
        self.assertNotIn("law.train.bin", self.content())
        self.assertEqual([p.name for p in self.folder.iterdir()
                          if p.name.startswith(".")], [])

    def test_a_folder_of_something_else_is_kept(self):
        self.out.mkdir()
        (self.out / "letter.txt").write_text("dear")
        self.refused(self.two(), 3, self.out, "did not make it", "--force")
        self.assertEqual(self.content(), {"letter.txt": b"dear"})

    def test_own_text_becomes_a_corpus_with_the_same_text(self):
        result = self.build("--from", text_folder(), "--json")
        self.ends(result, 0)
        built = json.loads(result.stdout)
        read = json.loads(
            run("data", "stats", text_folder(), "--json").stdout)
        self.assertEqual(built["name"], "own text")
        self.assertEqual(built["domains"], read["domains"])
        self.assertIn("law.train.bin", self.content())

    def test_own_text_is_all_of_it(self):
        self.refused(self.build("--from", text_folder(), "--cap", "5"), 2,
                     "--cap")
        self.refused(self.build("--from", self.folder / "no"), 3, "no")
        self.assertFalse(self.out.exists())
