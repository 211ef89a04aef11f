# SPDX-License-Identifier: Apache-2.0
"""Traces of other programs: what is read, what is left out, what remains."""
import json
import math
import os
import pathlib
import pty
import signal
import sqlite3
import struct
import subprocess
import time

import olmoe
from harness import Case, LIMITS_ADDRESSES, PROGRAM, TIMEOUT, addresses
from harness import environment, query, run, wait_for_step
from test_report import recorded

# MaxVio, least load, dead and effective experts, as published figures give
# them, for layers 0, 7 and 15.
OLMOE = {
    "arxiv": [(6.81, .210, 0, 50.4), (5.28, .050, 0, 36.7),
              (6.50, .001, 7, 36.3)],
    "c4": [(2.02, .300, 0, 61.3), (1.66, .200, 0, 59.3), (1.50, .190, 0, 56.1)],
    "wikipedia": [(5.18, .170, 0, 49.6), (5.78, .064, 0, 44.5),
                  (3.65, .036, 1, 31.5)],
}


def row(step, layer=0, counts=(3, 1, 2, 2), k=2, tokens=4, **more):
    return {"step": step, "layer": layer, "counts": list(counts), "k": k,
            "tokens": tokens, **more}


def lines(*rows):
    return "".join((r if isinstance(r, str) else json.dumps(r)) + "\n"
                   for r in rows)


def safetensors(tensors):
    """{name: (dtype, shape, bytes)} -> a file's bytes."""
    header, at = {}, 0
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape,
                        "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return (struct.pack("<Q", len(text)) + text
            + b"".join(data for _, _, data in tensors.values()))


def floats(*values):
    return struct.pack(f"<{len(values)}f", *values)


class TraceCase(Case):
    def trace(self, content, name="trace.jsonl"):
        path = self.folder / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content)
        return path

    def imported(self, content, *words, code=0, said=(), format="counts"):
        """The run that the content becomes."""
        folder = self.folder / f"run{len(list(self.folder.glob('run*')))}"
        self.ends(run("import", self.trace(content), "--format", format,
                      "--run", folder, *words), code, *said)
        return folder

    def steps(self, folder):
        return [s for s, in query(folder, "SELECT step FROM step ORDER BY 1")]

    def facts(self, folder):
        return dict(query(folder, "SELECT key, value FROM fact"))

    def series(self, folder, name):
        return query(folder, "SELECT step, value FROM scalar WHERE series = ?"
                     " ORDER BY 1", name)

    def bad(self, good, bad, said, after=None):
        """One bad line among good ones: told by number and reason, left out."""
        content = lines(row(1), good, bad, after or row(3))
        folder = self.imported(content, code=3, said=("line 3: ", said))
        self.assertEqual(self.steps(folder), [1, 2, 3])
        return folder


class Counts(TraceCase):
    def test_counts_become_tiles_and_facts(self):
        folder = self.imported(lines(
            row(1, 1), row(1, 3, (8, 0), 1, 8), row(5, 1, (0, 0, 0, 0), 2, 0)))
        self.assertEqual(self.steps(folder), [1, 5])
        self.assertEqual(recorded(folder, 1, "demand"),
                         [[3, 1, 2, 2], [0, 0, 0, 0]])
        self.assertEqual(recorded(folder, 3, "tokens"), [[8]])
        facts = self.facts(folder)
        layers = json.loads(facts["layers"])
        self.assertEqual([l["kind"] for l in layers],
                         ["", "routed", "", "routed"])
        self.assertEqual((layers[1]["experts"], layers[1]["top_k"]), (4, 2))
        self.assertEqual((facts["origin"], facts["steps"], facts["finished"]),
                         ("counts", "5", "true"))
        self.assertNotIn("recipe", facts)

    def test_steps_that_begin_at_0_are_moved_by_one(self):
        folder = self.imported(lines(row(0), row(1), row(4)))
        self.assertEqual(self.steps(folder), [1, 2, 5])
        self.assertEqual(self.facts(folder)["step_shift"], "1")

    def test_header_blank_lines_and_a_missing_newline_are_fine(self):
        folder = self.imported(
            '{"moestro_trace": 1}\n\n' + lines(row(1)) + "\r\n"
            + json.dumps(row(2)))
        self.assertEqual(self.steps(folder), [1, 2])

    def test_newer_version_is_refused_as_a_whole(self):
        path = self.trace(lines({"moestro_trace": 2}, row(1)))
        result = run("import", path, "--format", "counts", "--run",
                     self.folder / "run")
        self.refused(result, 3, "version 2", "version 1")
        self.assertFalse((self.folder / "run").exists())

    def test_ranks_are_added_up_and_their_loss_averaged(self):
        folder = self.imported(lines(
            row(1, rank=0, loss=2.0), row(1, rank=1, counts=(0, 4, 4, 0),
                                          loss=3.0, lr=0.1)))
        self.assertEqual(recorded(folder, 0, "demand"), [[3, 5, 6, 2]])
        self.assertEqual(recorded(folder, 0, "tokens"), [[8]])
        self.assertEqual(self.series(folder, "loss/lm"), [(1, 2.5)])
        self.assertEqual(self.series(folder, "lr"), [(1, 0.1)])

    def test_how_long_a_step_took_and_how_ranks_differ_become_series(self):
        folder = self.imported(lines(
            row(1, rank=0, seconds=1.5), row(1, rank=1, seconds=2.5),
            row(1, rank=2, counts=(0, 4, 4, 0))))
        self.assertEqual(self.series(folder, "seconds"), [(1, 2.0)])
        self.assertEqual(
            self.series(folder, "layer/00/rank-furthest"), [(1, 2)])
        dispersion = self.series(folder, "layer/00/rank-dispersion")[0][1]
        self.assertGreater(dispersion, 1)

    def test_events_go_to_the_journal(self):
        folder = self.imported(lines(
            row(1), row(2, event="lr stage 2"), {"step": 3, "event": "mix"},
            {"step": 3, "loss": 1.5}))
        self.assertEqual(
            query(folder, "SELECT step, text FROM event WHERE kind='declared'"),
            [(2, "lr stage 2"), (3, "mix")])
        self.assertEqual(self.series(folder, "loss/lm"), [(3, 1.5)])

    def test_sequences_become_sums_and_domains(self):
        folder = self.imported(lines(
            row(1, sequence_counts=[[2, 0, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]],
                sequence_domains=["law", "code", "law"]),
            row(2, domain_counts={"code": [3, 1, 2, 2]})))
        self.assertEqual(json.loads(self.facts(folder)["domains"]),
                         ["code", "law"])
        self.assertEqual(recorded(folder, 0, "sequences"), [[2], [0]])
        self.assertEqual(recorded(folder, 0, "domain_demand"),
                         [[1, 1, 1, 1, 2, 0, 1, 1], [3, 1, 2, 2]])

    def test_dispersion_needs_sequences_of_every_rank(self):
        folder = self.imported(lines(
            row(1, rank=0, sequence_counts=[[3, 1, 2, 2]]), row(1, rank=1)))
        self.assertEqual(recorded(folder, 0, "sequences"), [[0]])

    def test_router_values_become_series_under_the_names_of_metrics(self):
        folder = self.imported(lines(row(1, router={
            "token_entropy": math.log(4) / 2, "marginal_entropy": math.log(4),
            "max_logit": 7.5, "log_sum_exp_rms": 3.0, "mine/x": -1,
            "unknown": None})))
        got = {name: value for name, value in query(
            folder, "SELECT series, value FROM scalar")}
        self.assertEqual(set(got), {
            "layer/00/token-entropy", "layer/00/marginal-entropy",
            "layer/00/max-logit", "layer/00/logit-rms", "layer/00/mine/x"})
        self.assertAlmostEqual(got["layer/00/token-entropy"], 0.5)
        self.assertAlmostEqual(got["layer/00/marginal-entropy"], 1)
        self.assertEqual(got["layer/00/max-logit"], 7.5)

    def test_router_values_of_ranks_are_weighed(self):
        folder = self.imported(lines(
            row(1, rank=0, router={"max_logit": 7, "log_sum_exp_rms": 1,
                                   "x": 1}),
            row(1, rank=1, counts=(6, 2, 8, 8), tokens=12,
                router={"max_logit": 5, "log_sum_exp_rms": 3, "x": 5})))
        self.assertEqual(self.series(folder, "layer/00/max-logit"), [(1, 7)])
        self.assertEqual(self.series(folder, "layer/00/x"), [(1, 4)])
        self.assertAlmostEqual(
            self.series(folder, "layer/00/logit-rms")[0][1], math.sqrt(7))

    def test_ranks_may_be_a_few_steps_apart(self):
        folder = self.imported(lines(
            row(1, rank=0), row(2, rank=0), row(3, rank=0), row(1, rank=1),
            row(2, rank=1), row(3, rank=1)))
        self.assertEqual(recorded(folder, 0, "tokens"), [[8], [8], [8]])

    def test_what_was_not_measured_is_unknown(self):
        path = self.trace(lines(*(row(s) for s in range(1, 9))))
        result = run("report", path, "--json")
        self.ends(result, 0)
        metrics = json.loads(result.stdout)["layers"][0]["metrics"]
        for name in ("drop-rate", "max-logit", "logit-rms", "token-entropy",
                     "marginal-entropy", "router-information"):
            self.assertIsNone(metrics[name], name)
        self.assertAlmostEqual(metrics["max-vio"], 0.5)

    def test_unread_keys_are_named_once(self):
        path = self.trace(lines(row(1, sequence_count=[]),
                                row(2, sequence_count=[])))
        result = run("import", path, "--format", "counts", "--run",
                     self.folder / "run")
        self.ends(result, 0, "sequence_count")
        self.assertEqual(result.stderr.count("sequence_count"), 1)

    def test_format_of_a_file_is_recognised(self):
        folder = self.folder / "run"
        self.ends(run("import", self.trace(lines(row(1))), "--run", folder), 0)
        self.assertEqual(self.steps(folder), [1])


class BadLines(TraceCase):
    def test_what_is_wrong_is_named(self):
        deep = "[" * 5000 + "]" * 5000
        for bad, said in (
                ("{", "syntax error"), ("\x01\x02", "syntax error"),
                ("[1]", "no JSON object"), ("12", "no JSON object"),
                ('{"step": 2, "layer": 1, "x": ' + deep + "}", "64 levels"),
                ('{"step": 2, "step": 2}', "the key 'step' twice"),
                (row("2", 1), 'step is "2", no whole number'),
                (row(2.5, 1), "step is 2.5, no whole number"),
                (row(-1, 1), "step is -1"), (row(2**53, 1), "step is 9007"),
                (row(10**30, 1), "step is"),
                ({"layer": 1, "k": 1}, "step is missing"),
                (row(2, -1), "layer is -1"), (row(2, 100000), "layer is 1000"),
                (row(2, 1, (3, -1, 4, 2)), "counts[1] is -1"),
                (row(2, 1, (3.0, 1, 2, 2)), "counts[0] is 3.0, no whole"),
                (row(2, 1, ("a", 1, 2, 2)), 'counts[0] is "a"'),
                (row(2, 1, (3, None, 2, 2)), "counts[1] is null"),
                (row(2, 1, (5, 1, 1, 1)), "counts[0] is 5"),
                (row(2, 1, (10**30, 1, 2, 2)), "counts[0] is"),
                (row(2, 1, ()), "counts has 0 experts"),
                (row(2, 1, (3, 1, 2, 1)), "counts sum to 7, not to"),
                (row(2, 1, k=3), "counts sum to 8, not to tokens * k = 12"),
                (row(2, 1, k=0), "k is 0"), (row(2, 1, k=5), "k is 5"),
                (row(2, 1, tokens=-4), "tokens is -4"),
                (row(2, 1, tokens=2**40), "tokens is 1099"),
                ({**row(2, 1), "tokens": None}, "tokens is missing"),
                (row(2, 1, devices=[0, 1]), "devices has 2 numbers for 4"),
                (row(2, 1, devices=[0, 1, 2, -1]), "devices"),
                (row(2, 1, devices="0011"), "devices"),
                ({"step": 2, "layer": 1, "k": 2, "tokens": 4,
                  "loss": 1}, "counts is missing"),
                (row(2, 1, loss=float("nan")), "loss is not finite"),
                (row(2, 1, loss=float("-inf")), "loss is not finite"),
                ('{"step": 2, "layer": 1, "loss": 1e999}', "too large"),
                (row(2, 1, lr="x"), 'lr is "x", no number'),
                (row(2, 1, rank=-1), "rank is -1"),
                (row(2, 1, event=""), "event has 0 bytes"),
                (row(2, 1, event=5), "event is 5, no text"),
                (row(2, 1, event="x" * 5000), "event has 5000 bytes"),
                (row(2, 1, router=[]), "router is no object"),
                (row(2, 1, router={"A": 1}), "router has the key 'A'"),
                (row(2, 1, router={"a": "b"}), 'a is "b"'),
                (row(2, 1, router={"a": float("nan")}), "a is not finite"),
                (row(2, 1, sequence_counts=[[3, 1, 2]]),
                 "sequence_counts[0] has 3 experts"),
                (row(2, 1, sequence_counts=[[2, 1, 2, 2], [1, 0, 0, 0]]),
                 "sequence_counts[0] sums to 7"),
                (row(2, 1, sequence_counts=[[1, 1, 1, 1]]),
                 "sequence_counts sum to 1 for expert 0"),
                (row(2, 1, sequence_counts=5), "sequence_counts is no list"),
                (row(2, 1, sequence_domains=["a"]), "sequence_domains"),
                (row(2, 1, sequence_counts=[[3, 1, 2, 2]],
                     sequence_domains=["a", "b"]), "list of 1 names"),
                (row(2, 1, sequence_counts=[[3, 1, 2, 2]],
                     sequence_domains=[1]), "sequence_domains[0] is 1"),
                (row(2, 1, domain_counts={"a": [1, 1, 1, 1]}),
                 "domain_counts sum to 1 for expert 0"),
                (row(2, 1, domain_counts=[]), "domain_counts is no object"),
                (row(2, 1, sequence_counts=[[3, 1, 2, 2]],
                     sequence_domains=["a"],
                     domain_counts={"b": [3, 1, 2, 2]}), "contradict")):
            with self.subTest(said=said):
                self.bad(row(2), bad, said)

    def test_row_that_contradicts_those_before_it_is_left_out(self):
        for good, bad, said in (
                (row(2), row(2), "step 2 of layer 0 is there already"),
                (row(2, rank=3), row(2, rank=3), "already for rank 3"),
                (row(2), row(2, counts=(4, 4), rank=1),
                 "counts has 2 experts, layer 0 began with 4"),
                (row(2), row(2, counts=(1, 1, 1, 1), k=1, rank=1),
                 "k is 1, layer 0 began with 2")):
            with self.subTest(said=said):
                folder = self.bad(good, bad, said)
                self.assertEqual(recorded(folder, 0, "tokens"), [[4]] * 3)

    def test_step_that_comes_too_late_is_left_out(self):
        steps = [*range(1, 10), 2, *range(10, 13)]
        folder = self.imported(lines(*map(row, steps)), code=3,
                               said=("line 10: step 2 comes too late",))
        self.assertEqual(self.steps(folder), list(range(1, 13)))

    def test_absurd_step_does_not_end_the_trace(self):
        steps = [*range(1, 10), 10**9, *range(10, 50)]
        folder = self.imported(lines(*map(row, steps)))
        self.assertEqual(self.steps(folder), [*range(1, 50), 10**9])

    def test_last_line_that_is_cut_off_is_said_to_be(self):
        text = lines(row(1), row(2))
        folder = self.imported(text[:-9], code=3,
                               said=("line 2: the input ends within it",))
        self.assertEqual(self.steps(folder), [1])

    def test_many_bad_lines_are_counted_not_listed(self):
        path = self.trace(lines(row(1), *["x"] * 3000, row(2)))
        result = run("import", path, "--format", "counts", "--run",
                     self.folder / "run")
        self.ends(result, 3, "2,980 more were left out, 3,000 in all")
        self.assertLess(len(result.stderr.splitlines()), 25)

    def test_garbage_alone_leaves_no_folder(self):
        folder = self.folder / "run"
        for content in (b"", b"\n\n", os.urandom(100_000), b"\0" * 5000):
            path = self.trace(content)
            result = run("import", path, "--format", "counts", "--run", folder)
            self.ends(result, 3, "no step that can be used")
            self.assertFalse(folder.exists())

    @LIMITS_ADDRESSES
    def test_line_of_a_gigabyte_is_passed_over_in_bounded_memory(self):
        path = self.trace(lines(row(1)))
        with path.open("r+b") as file:
            file.seek(2**30)
            file.write(b"\n" + lines(row(2)).encode())
        result = run("import", path, "--format", "counts", "--run",
                     self.folder / "run", preexec_fn=addresses(2**29))
        self.ends(result, 3, "line 2: it is longer than 16 MiB")
        self.assertEqual(self.steps(self.folder / "run"), [1, 2])

    def test_missing_layers_and_gaps_are_kept_as_they_are(self):
        folder = self.imported(lines(
            row(10, 0), row(10, 1), row(20, 1), row(400, 0)))
        self.assertEqual(self.steps(folder), [10, 20, 400])
        self.assertEqual(len(recorded(folder, 0, "demand")), 2)
        self.ends(run("report", folder, "--json"), 0)


class Folders(TraceCase):
    def test_folder_that_holds_something_is_refused(self):
        folder = self.imported(lines(row(1)))
        path = self.folder / "trace.jsonl"
        again = ("import", path, "--format", "counts", "--run", folder)
        self.refused(run(*again), 2, "already holds something")
        other = self.folder / "other"
        other.mkdir()
        (other / "notes.txt").write_text("mine")
        self.refused(run(*again[:-1], other, "--follow"), 2, "already holds")
        self.assertEqual(os.listdir(other), ["notes.txt"])

    def test_usage(self):
        path = self.trace(lines(row(1)))
        self.refused(run("import", path, "--format", "counts"), 2, "--run")
        self.refused(run("import", path, "--format", "count", "--run",
                         self.folder / "r"), 2, "did you mean 'counts'")
        self.refused(run("import", "-", "--run", self.folder / "r",
                         stdin=subprocess.DEVNULL), 2, "--format")
        self.refused(run("import", self.folder / "no", "--format", "counts",
                         "--run", self.folder / "r"), 3, "cannot read")
        self.refused(run("import", self.folder, "--format", "counts",
                         "--run", self.folder / "r"), 3, "a folder")
        self.refused(run("import", "/dev/zero", "--format", "counts",
                         "--run", self.folder / "r"), 3, "a device")

    def test_standard_input_is_a_trace_too(self):
        folder = self.folder / "run"
        self.ends(run("import", "-", "--format", "counts", "--run", folder,
                      input=lines(row(1), row(2))), 0)
        self.assertEqual(self.steps(folder), [1, 2])

    def test_second_writer_is_refused(self):
        folder = self.folder / "run"
        first = subprocess.Popen(
            [PROGRAM, "import", "-", "--format", "counts", "--run", folder],
            stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        first.stdin.write(lines(*(row(s) for s in range(1, 9))))
        first.stdin.flush()
        self.assertTrue(wait_for_step(first, folder, 1))
        second = run("import", "-", "--format", "counts", "--run", folder,
                     "--follow", input=lines(row(9)))
        self.refused(second, 1)
        self.assertEqual(first.communicate(timeout=TIMEOUT)[1].count("lines/s"), 1)
        self.assertEqual(first.returncode, 0)


class Follow(TraceCase):
    def follow(self, path, **options):
        process = subprocess.Popen(
            [PROGRAM, "import", str(path), "--format", "counts", "--run",
             str(self.folder / "run"), "--follow"],
            stderr=subprocess.PIPE, text=True, env=environment(), **options)
        self.addCleanup(process.kill)
        return process

    def append(self, path, *rows):
        with path.open("a") as file:
            file.write(lines(*rows))

    def stop(self, process, number, code):
        process.send_signal(number)
        _, said = process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, code, said)
        return said

    def test_growing_file_is_followed_and_a_signal_ends_it(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(signal=number):
                path = self.trace(lines(row(1), row(2)))
                process = self.follow(path)
                self.assertTrue(wait_for_step(process, self.folder / "run", 1))
                self.append(path, row(3), row(4))
                self.assertTrue(wait_for_step(process, self.folder / "run", 4))
                self.append(path, row(5))
                self.assertTrue(wait_for_step(process, self.folder / "run", 5))
                self.stop(process, number, code)
                folder = self.folder / "run"
                self.assertEqual(self.steps(folder), [1, 2, 3, 4, 5])
                self.assertEqual(self.facts(folder)["finished"], "false")
                subprocess.run(["rm", "-r", folder], check=True)

    def test_alarms_are_said_while_the_trace_grows_and_only_once(self):
        def rows(first, last, hot):
            rest = 4096 * 2 - hot
            return [row(s, counts=[hot] + [rest // 7] * 6 + [rest - rest // 7 * 6],
                        tokens=4096) for s in range(first, last + 1)]
        # Every step is a little different, as text is.
        even = [rows(s, s, 1000 + 7 * (s % 5))[0] for s in range(1, 901)]
        path = self.trace(lines(*even))
        folder = self.folder / "run"
        process = self.follow(path)
        self.assertTrue(wait_for_step(process, folder, 900))
        self.append(path, *rows(901, 1400, 3800))
        self.assertTrue(wait_for_step(process, folder, 1400))
        said = self.stop(process, signal.SIGTERM, 143)
        self.assertRegex(said, r"A\d\d +(warn|page) +step 9\d\d .*layer 0")
        # What the run has already was told.
        process = self.follow(path)
        self.append(path, *rows(1401, 1405, 3800))
        self.assertTrue(wait_for_step(process, folder, 1405))
        said = self.stop(process, signal.SIGTERM, 143)
        self.assertNotRegex(said, r"A\d\d +(warn|page)")

    def test_what_was_read_is_on_disk_within_a_second(self):
        path = self.trace(lines(row(1), row(2)))
        process = self.follow(path)
        folder = self.folder / "run"
        self.assertTrue(wait_for_step(process, folder, 2))
        for step in range(3, 6):
            self.append(path, row(step))
            start = time.monotonic()
            self.assertTrue(wait_for_step(process, folder, step))
            self.assertLess(time.monotonic() - start, 5)
        process.kill()
        process.communicate()
        self.assertEqual(self.steps(folder), [1, 2, 3, 4, 5])

    def test_following_goes_on_where_it_was_left(self):
        path = self.trace(lines(row(0), row(1), row(2)))
        folder = self.folder / "run"
        process = self.follow(path)
        self.assertTrue(wait_for_step(process, folder, 2))
        self.stop(process, signal.SIGTERM, 143)
        self.append(path, row(2, rank=1), row(3, domain_counts={
            "a": [3, 1, 2, 2]}), row(4))
        process = self.follow(path)
        self.assertTrue(wait_for_step(process, folder, 5))
        self.assertIn("were there", self.stop(process, signal.SIGINT, 130))
        self.assertEqual(self.steps(folder), [1, 2, 3, 4, 5])
        self.assertEqual(recorded(folder, 0, "tokens"),
                         [[4], [4], [8], [4], [4]])
        fresh = self.folder / "fresh"
        self.ends(run("import", path, "--format", "counts", "--run", fresh), 0)
        for quantity in ("demand", "domain_demand"):
            self.assertEqual(recorded(folder, 0, quantity),
                             recorded(fresh, 0, quantity))

    def test_line_that_is_still_written_is_waited_for(self):
        text = lines(row(1), row(2))
        path = self.trace(text[:-30])
        process = self.follow(path)
        time.sleep(0.5)
        with path.open("a") as file:
            file.write(text[-30:] + lines(row(3)))
        self.assertTrue(wait_for_step(process, self.folder / "run", 3))
        said = self.stop(process, signal.SIGTERM, 143)
        self.assertNotIn("left out", said)

    def test_pipe_ends_with_its_writer(self):
        path = self.folder / "pipe"
        os.mkfifo(path)
        process = self.follow(path)
        time.sleep(0.3)  # nobody writes yet
        self.assertIsNone(process.poll())
        path.write_text(lines(row(1), row(2)))
        _, said = process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, 0, said)
        self.assertEqual(self.steps(self.folder / "run"), [1, 2])

    def test_stop_before_anything_came_leaves_nothing(self):
        process = self.follow(self.trace(""))
        time.sleep(0.5)
        self.stop(process, signal.SIGINT, 130)
        self.assertFalse((self.folder / "run").exists())

    def test_terminal_sees_the_rate(self):
        ours, theirs = pty.openpty()
        path = self.trace(lines(*(row(s) for s in range(1, 60_000))))
        process = subprocess.Popen(
            [PROGRAM, "import", path, "--format", "counts", "--run",
             self.folder / "run"], stderr=theirs,
            env=environment(TERM="xterm-256color"))
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 4096):
                said += part
        except OSError:
            pass
        os.close(ours)
        self.assertEqual(process.wait(), 0)
        self.assertIn(b"lines/s", said)


class Megatron(TraceCase):
    def line(self, step, layer, indices, **more):
        return {"step": step, "stage": "pre_dispatch", "block": "decoder",
                "layer": layer, "rank": 0, "num_tokens": len(indices),
                "topk": 2, "top_indices": indices, **more}

    def test_indices_are_counted_and_micro_batches_added(self):
        folder = self.imported(lines(
            self.line(0, 3, [[0, 2], [2, 5]]), self.line(0, 3, [[2, 1]]),
            self.line(0, 1, [[0, 1]], block="mtp", mtp_idx=0),
            self.line(1, 3, [[4, 3]])),
            "--experts", "8", format="megatron-trace")
        self.assertEqual(self.steps(folder), [1, 2])
        self.assertEqual(recorded(folder, 3, "demand"),
                         [[1, 1, 3, 0, 0, 1, 0, 0], [0, 0, 0, 1, 1, 0, 0, 0]])
        self.assertEqual(recorded(folder, 1, "mtp0/demand"),
                         [[1, 1, 0, 0, 0, 0, 0, 0]])

    def test_without_experts_the_greatest_number_counts_and_is_said(self):
        folder = self.imported(
            lines(self.line(0, 0, [[0, 2]]), self.line(1, 0, [[6, 1]])),
            format="megatron-trace", said=("7 experts",))
        self.assertEqual(len(recorded(folder, 0, "demand")[0]), 7)
        self.refused(run("import", "-", "--format", "megatron-trace", "--run",
                         self.folder / "no", input=""), 2, "--experts")

    def test_shape_of_logits_tells_the_experts(self):
        folder = self.imported(
            lines(self.line(0, 0, [[0, 2]], logit_shape=[1, 16])),
            format="megatron-trace")
        self.assertEqual(len(recorded(folder, 0, "demand")[0]), 16)

    def test_bad_lines_are_left_out(self):
        good = self.line(0, 0, [[0, 1]])
        for bad, said in (
                (self.line(0, 0, [[0, 9]]), "top_indices[0][1] is 9"),
                (self.line(0, 0, [[0, -1]]), "top_indices[0][1] is -1"),
                (self.line(0, 0, [[0, 1, 2]]), "has 3 experts, topk is 2"),
                (self.line(0, 0, [[1, 1]]), "names an expert twice"),
                (self.line(0, 0, [[0, 1]], num_tokens=2), "num_tokens lists"),
                (self.line(0, 0, [[0, 1]], block="x"), "block is neither"),
                (self.line(0, 0, [[0, 1]], topk=9), "topk is 9")):
            with self.subTest(said=said):
                folder = self.imported(
                    lines(good, bad), "--experts", "8", code=3,
                    said=("line 2: ", said), format="megatron-trace")
                self.assertEqual(recorded(folder, 0, "tokens"), [[1]])

    def test_report_recognises_it(self):
        path = self.trace(lines(self.line(0, 0, [[0, 1], [1, 2], [2, 3]])))
        result = run("report", path, "--json", "--experts", "4")
        self.ends(result, 0)
        self.assertEqual(json.loads(result.stdout)["steps"], 1)


class RouterLogits(TraceCase):
    def logits(self, tensors, *words, **options):
        return self.imported(safetensors(tensors), "--top-k", "2", *words,
                             format="hf-router-logits", **options)

    def test_logits_are_routed_with_ties_to_the_lower_index(self):
        folder = self.logits({
            "step.0.layer.1": ("F32", [2, 4], floats(1, 3, 3, 3, 0, 0, 0, 0)),
            "step.3.layer.1": ("F32", [1, 4], floats(0, -1, 5, 2))})
        self.assertEqual(self.steps(folder), [1, 4])
        self.assertEqual(recorded(folder, 1, "demand"),
                         [[1, 2, 1, 0], [0, 0, 1, 1]])
        self.assertEqual(recorded(folder, 1, "first"),
                         [[1, 1, 0, 0], [0, 0, 1, 0]])

    def test_scores_are_those_of_a_softmax(self):
        path = self.trace(safetensors({"step.1.layer.0": (
            "F32", [1, 4], floats(0, 0, math.log(3), math.log(4)))}))
        result = run("report", path, "--top-k", "2", "--json")
        self.ends(result, 0)
        got = json.loads(result.stdout)["layers"][0]["metrics"]
        p = [1 / 9, 1 / 9, 3 / 9, 4 / 9]
        entropy = -sum(x * math.log(x) for x in p) / math.log(4)
        self.assertAlmostEqual(got["token-entropy"], entropy, 6)
        self.assertAlmostEqual(got["marginal-entropy"], entropy, 6)
        self.assertAlmostEqual(got["max-logit"], math.log(4), 6)
        self.assertAlmostEqual(got["logit-rms"], math.log(9), 6)
        self.assertIsNone(got["drop-rate"])

    def test_half_precisions_are_read(self):
        half = struct.pack("<4e", 0.5, -2, 65504, 6e-8)
        brain = b"".join(struct.pack("<f", v)[2:] for v in (1, -3, 256, 0.5))
        folder = self.logits({
            "step.1.layer.0": ("F16", [1, 4], half),
            "step.1.layer.2": ("BF16", [1, 4], brain)})
        self.assertEqual(recorded(folder, 0, "demand"), [[1, 0, 1, 0]])
        self.assertEqual(recorded(folder, 2, "demand"), [[1, 0, 1, 0]])

    def test_tokens_without_finite_logits_are_left_out_and_counted(self):
        folder = self.logits({"step.1.layer.0": (
            "F32", [2, 4], floats(1, float("nan"), float("inf"), 0,
                                  1, 2, 3, 4))},
            code=3, said=("step.1.layer.0", "not finite"))
        self.assertEqual(recorded(folder, 0, "tokens"), [[1]])
        self.assertEqual(recorded(folder, 0, "nonfinite"), [[2]])

    def test_tensors_that_are_none_of_it_are_named(self):
        good = ("F32", [1, 4], floats(1, 2, 3, 4))
        for name, tensor, said in (
                ("weight", good, "name is not step.N.layer.L"),
                ("step.1.layer.-1", good, "name is not"),
                ("step.1.layer.1x", good, "name is not"),
                ("step.99999999999999999999.layer.1", good, "name is not"),
                ("step.1.layer.1", ("F32", [4], good[2]), "no floating-point"),
                ("step.1.layer.1", ("I32", [1, 4], good[2]), "no floating"),
                ("step.1.layer.1", ("F32", [4, 1], good[2]), "--top-k is 2"),
                ("step.2.layer.0", ("F32", [2, 2], good[2]), "another number")):
            with self.subTest(said=said, name=name):
                folder = self.logits(
                    {"step.1.layer.0": good, name: tensor}, code=3,
                    said=(name, said))
                self.assertEqual(self.steps(folder), [1])

    def test_usage(self):
        path = self.trace(safetensors({}))
        to = ("--format", "hf-router-logits", "--run", self.folder / "r")
        self.refused(run("import", path, *to), 2, "--top-k")
        self.refused(run("import", path, *to, "--top-k", "2"), 3, "no tensor")
        self.refused(run("import", "-", *to, "--top-k", "2"), 2, "standard")
        self.refused(run("import", path, *to, "--top-k", "-2"), 2, "--top-k")


class Olmoe(TraceCase):
    def figures(self, path):
        result = run("report", path, "--json")
        self.ends(result, 0)
        layers = json.loads(result.stdout)["layers"]
        return [layers[i]["metrics"] for i in (0, 7, 15)]

    def test_published_counts_give_the_published_figures(self):
        for domain, figures in OLMOE.items():
            path = self.trace(olmoe.trace(domains=[domain], named=False))
            for got, want in zip(self.figures(path), figures):
                with self.subTest(domain=domain):
                    self.assertAlmostEqual(got["max-vio"], want[0], delta=.006)
                    self.assertAlmostEqual(got["min-load"], want[1],
                                           delta=.006)
                    self.assertEqual(got["dead-experts"], want[2])
                    self.assertAlmostEqual(got["effective-experts"], want[3],
                                           delta=.06)

    def test_kinds_of_text_are_kept_apart(self):
        folder = self.imported(olmoe.trace(steps=3))
        self.assertEqual(json.loads(self.facts(folder)["domains"]),
                         ["arxiv", "c4", "wikipedia"])
        rows = recorded(folder, 15, "domain_demand")
        self.assertEqual(len(rows), 3)
        self.assertEqual(rows[0], [
            n for d in ("arxiv", "c4", "wikipedia")
            for n in olmoe.PUBLISHED["counts"][d]["15"]])


class ReportOfTraces(TraceCase):
    def test_bad_lines_are_told_and_the_card_is_shown(self):
        path = self.trace(lines(row(1), "x", row(2)))
        result = run("report", path)
        self.ends(result, 3, "line 2: ")
        self.assertIn("trace.jsonl", result.stdout)

    def test_page_is_written_and_not_over_the_trace(self):
        path = self.trace(lines(row(1), row(2)))
        page = self.folder / "page.html"
        self.ends(run("report", path, "--html", page), 0)
        self.assertIn("<html", page.read_text())
        self.refused(run("report", path, "--html", path), 2, "--html")

    def test_what_is_no_trace_is_refused(self):
        for content in (b"", b"hello\n", os.urandom(1000)):
            self.refused(run("report", self.trace(content)), 3, "no trace")

    def test_nothing_is_left_behind(self):
        before = set(os.listdir("/tmp"))
        run("report", self.trace(lines(row(1))))
        left = {n for n in set(os.listdir("/tmp")) - before
                if n.startswith("moestro-") and "test" not in n
                and pathlib.Path("/tmp", n, "run.db").exists()}
        self.assertEqual(left, set())
