# SPDX-License-Identifier: Apache-2.0
"""Bad text, logits and runs: exit 3, one line that names the file."""
import os
import sqlite3

from harness import Case, case_with_run, run, tiny_config, sets


class BadText(Case):
    def refuse(self, path, *said):
        folder = self.folder / "run"
        self.refused(run("train", tiny_config(), "--run", folder,
                         "--data", path), 3, *said)
        self.assertFalse(folder.exists(), "a refused start leaves no run")

    def test_missing_data_is_refused_by_name(self):
        self.refuse(self.folder / "nowhere", "nowhere")

    def test_folder_without_text_is_refused_by_name(self):
        self.refuse(self.folder, self.folder)

    def test_empty_file_is_refused_by_name(self):
        (self.folder / "empty.txt").write_text("")
        self.refuse(self.folder, "empty.txt", "empty")

    def test_binary_file_is_refused_by_name(self):
        (self.folder / "image.txt").write_bytes(os.urandom(20000))
        self.refuse(self.folder, "image.txt", "binary")

    def test_text_shorter_than_a_window_is_refused_with_its_domain(self):
        (self.folder / "tiny.txt").write_text("too short")
        self.refuse(self.folder, "model.context")

    def test_jsonl_without_text_is_refused_at_its_line(self):
        (self.folder / "a.jsonl").write_text('{"text": "fine"}\n{"body": 1}\n')
        self.refuse(self.folder, "a.jsonl:2", "text")

    def test_jsonl_with_broken_json_is_refused_at_its_line(self):
        (self.folder / "a.jsonl").write_text('{"text": "fine"}\n{"text": \n')
        self.refuse(self.folder, "a.jsonl:2")

    def test_jsonl_of_documents_trains(self):
        line = '{"text": "' + "all work and no play " * 50 + '"}\n'
        (self.folder / "a.jsonl").write_text(
            "".join(line.replace("work", f"work {i}") for i in range(40)))
        self.train("run", "--data", self.folder / "a.jsonl", train__steps=1)


class RefusedStart(Case):
    def test_configuration_that_fails_late_leaves_no_run_behind(self):
        folder = self.folder / "run"
        self.refused(run("train", tiny_config(), "--run", folder,
                         *sets(moe__recipe="topk", moe__top_k=1)), 2)
        self.assertFalse(folder.exists())

    def test_run_folder_below_a_file_fails_before_the_first_step(self):
        (self.folder / "file").write_text("")
        self.refused(run("train", tiny_config(), "--run",
                         self.folder / "file" / "run"), 1, "file/run")


class BadRuns(case_with_run(train__steps=1)):
    def test_training_into_an_existing_run_is_refused(self):
        self.refused(run("train", tiny_config(), "--run", self.finished), 2,
                     self.finished, "resume")

    def test_verbs_refuse_a_folder_that_is_no_run(self):
        for verb in ("resume", "eval", "generate", "report"):
            with self.subTest(verb=verb):
                self.refused(run(verb, self.folder), 3, self.folder)

    def test_run_store_of_a_newer_version_is_refused_naming_both(self):
        folder = self.copy(self.finished)
        database = sqlite3.connect(folder / "run.db")
        database.execute("PRAGMA user_version = 7")
        database.close()
        self.refused(run("report", folder), 3, "run.db", "7", "2")

    def test_run_store_that_is_another_database_is_refused(self):
        folder = self.folder / "run"
        folder.mkdir()
        database = sqlite3.connect(folder / "run.db")
        database.execute("CREATE TABLE t(x)")
        database.close()
        self.refused(run("report", folder), 3, "run.db")

    def test_run_store_that_is_no_database_is_refused(self):
        folder = self.copy(self.finished)
        (folder / "run.db").write_text("no database " * 1000)
        self.refused(run("report", folder), 3, "run.db")

    def test_per_byte_scores_refuse_a_missing_file(self):
        self.refused(run("eval", self.finished, "--per-byte", "--data",
                         self.folder / "no.txt"), 3, "no.txt")
        self.refused(run("eval", self.finished, "--per-byte", "--data",
                         self.folder), 3, self.folder)

    def test_per_byte_scores_ask_for_a_file(self):
        self.refused(run("eval", self.finished, "--per-byte"), 2, "--data")
