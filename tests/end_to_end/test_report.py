# SPDX-License-Identifier: Apache-2.0
"""`report --json`: its keys, and its figures once more from run.db."""
import collections
import ctypes
import ctypes.util
import json
import math
import struct

from harness import Case, case_with_run, query, run, sets, start, tiny_config
from harness import wait_for_step

BALANCE = {"max_vio", "max_vio_floor", "dispersion", "effective_experts",
           "dead_experts", "min_load", "drop_rate"}
SPECIALISATION = {"domain_mutual_information", "shuffled", "via_byte"}
Figures = collections.namedtuple("Figures", "max_vio effective min_load")


def unpacked(blob):
    """The zstd frame of a tile (docs/run-store.md)."""
    zstd = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
    zstd.ZSTD_getFrameContentSize.restype = ctypes.c_uint64
    zstd.ZSTD_decompress.restype = ctypes.c_size_t
    zstd.ZSTD_decompress.argtypes = [
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
    zstd.ZSTD_getFrameContentSize.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    size = zstd.ZSTD_getFrameContentSize(blob, len(blob))
    out = ctypes.create_string_buffer(size)
    assert zstd.ZSTD_decompress(out, size, blob, len(blob)) == size
    return out.raw


def tile_rows(blob, first_step):
    """{step: integers} of a tile: header, then eight byte planes."""
    plain = unpacked(blob)
    _, count = struct.unpack_from("<II", plain)
    heads = [struct.unpack_from("<II", plain, 8 + 8 * r) for r in range(count)]
    planes, total = plain[8 + 8 * count:], sum(w for _, w in heads)
    words = [int.from_bytes(bytes(planes[p * total + i] for p in range(8)),
                            "little") for i in range(total)]
    rows, at = {}, 0
    for offset, width in heads:
        rows[first_step + offset] = words[at:at + width]
        at += width
    return rows


def recorded(folder, layer, quantity):
    rows = {}
    for first, blob in query(
            folder, "SELECT first_step, data FROM tile WHERE layer = ? AND "
            "quantity = ? AND factor = 1", layer, quantity):
        rows.update(tile_rows(blob, first))
    return [rows[step] for step in sorted(rows)]


def figures_of(demand):
    share = [d / sum(demand) for d in demand]
    load = [p * len(demand) for p in share]
    return Figures(max(load) - 1,
                   math.exp(-sum(p * math.log(p) for p in share if p)),
                   min(load))


def report(folder):
    return json.loads(run("report", folder, "--json").stdout)


class Report(case_with_run(train__steps=130, train__checkpoint_every=65,
                           train__eval_every=65, moe__recipe="st-moe",
                           moe__allow_future_leak="true")):
    def test_keys_and_types_are_those_promised(self):
        card = report(self.finished)
        self.assertEqual(
            set(card), {"version", "run", "recipe", "steps", "window",
                        "tokens", "parameters", "active_parameters",
                        "experts_per_token", "finished", "loss", "balance",
                        "specialisation", "time", "layers", "sentences",
                        "alarms", "verdicts", "metrics", "expected", "health"})
        self.assertEqual((card["version"], card["recipe"], card["steps"]),
                         (1, "st-moe", 130))
        self.assertEqual(card["tokens"], 130 * 4 * 32)
        self.assertIs(card["finished"], True)
        self.assertEqual(set(card["loss"]), {
            "train_lm", "valid_lm", "valid_bits_per_byte", "baselines"})
        self.assertEqual(set(card["loss"]["baselines"]), {
            "order2_bits_per_byte", "order3_bits_per_byte",
            "zstd_bits_per_byte"})
        self.assertEqual(set(card["time"]),
                         {"tokens_per_second", "wall_seconds"})
        for place in (card, *card["layers"]):
            self.assertEqual(set(place["balance"]), BALANCE)
            self.assertEqual(set(place["specialisation"]), SPECIALISATION)
            self.assertIsInstance(place["balance"]["dead_experts"], int)

    def test_balance_is_the_mean_over_the_last_100_steps(self):
        for layer in report(self.finished)["layers"]:
            rows = recorded(self.finished, layer["layer"], "demand")
            self.assertEqual(len(rows), 130)
            last = [figures_of(row) for row in rows[-100:]]
            ours = layer["balance"]
            for name, index in (("max_vio", 0), ("effective_experts", 1),
                                ("min_load", 2)):
                mean = sum(f[index] for f in last) / 100
                self.assertAlmostEqual(ours[name], mean, places=6, msg=name)
            total = [sum(column) for column in zip(*rows[-100:])]
            self.assertEqual(ours["dead_experts"], sum(
                t < 0.05 * sum(total) / len(total) for t in total))

    def test_drop_rate_is_the_mean_share_of_refused_pairs(self):
        for layer in report(self.finished)["layers"]:
            demand, kept = (recorded(self.finished, layer["layer"], q)[-100:]
                            for q in ("demand", "kept"))
            rates = [1 - sum(k) / sum(d) for d, k in zip(demand, kept)]
            self.assertAlmostEqual(layer["balance"]["drop_rate"],
                                   sum(rates) / 100, places=6)
            self.assertGreater(layer["balance"]["drop_rate"], 0)

    def test_top_level_balance_is_the_worst_layer_of_each_key(self):
        card = report(self.finished)
        for key in BALANCE:
            worst = min if key in ("effective_experts", "min_load") else max
            self.assertEqual(card["balance"][key], worst(
                layer["balance"][key] for layer in card["layers"]), key)

    def test_top_level_specialisation_is_the_mean_beyond_layer_0(self):
        card = report(self.finished)
        for key in SPECIALISATION:
            self.assertAlmostEqual(
                card["specialisation"][key],
                card["layers"][1]["specialisation"][key])

    def test_losses_are_the_recorded_ones(self):
        card = report(self.finished)
        bits = query(self.finished, "SELECT value FROM scalar WHERE series = "
                     "'valid/lm' ORDER BY step DESC LIMIT 1")[0][0]
        self.assertEqual(card["loss"]["valid_lm"], bits)
        self.assertAlmostEqual(card["loss"]["valid_bits_per_byte"],
                               bits / math.log(2))
        lm = [v for (v,) in query(
            self.finished, "SELECT value FROM scalar WHERE series = 'loss/lm' "
            "ORDER BY step DESC LIMIT 100")]
        self.assertAlmostEqual(card["loss"]["train_lm"], sum(lm) / 100)

    def test_layers_hold_every_registered_metric_by_name(self):
        names = {m["name"] for m in json.loads(run("methods", "--json").stdout)
                 if m["kind"] == "metric"}
        self.assertGreaterEqual(len(names), 18)
        for layer in report(self.finished)["layers"]:
            self.assertEqual(set(layer["metrics"]), names)
            for key in BALANCE:
                self.assertEqual(layer["metrics"][key.replace("_", "-")],
                                 layer["balance"][key])

    def test_page_and_terminal_list_every_metric(self):
        page = self.folder / "report.html"
        text = run("report", self.finished, "--html", page).stdout
        html = page.read_text()
        for metric in report(self.finished)["layers"][0]["metrics"]:
            self.assertIn(f"<code>{metric}</code>", html)
        self.assertIn("means over the last 100 steps", text)

    def test_plain_card_and_page_show_the_figures(self):
        page = self.folder / "report.html"
        result = run("report", self.finished, "--html", page)
        self.ends(result, 0)
        self.assertIn("st-moe", result.stdout)
        text = page.read_text()
        self.assertIn("<svg", text)
        for outside in ("src=\"http", "href=\"http", "@import", "<link"):
            self.assertNotIn(outside, text)


class VariableK(case_with_run(moe__recipe="remoe", train__steps=60)):
    def test_experts_and_active_parameters_are_measured(self):
        card = report(self.finished)
        per_layer, idle = [], 0
        for layer in card["layers"]:
            demand, tokens = (recorded(self.finished, layer["layer"], q)
                              for q in ("demand", "tokens"))
            mean = sum(map(sum, demand)) / sum(map(sum, tokens))
            self.assertAlmostEqual(
                layer["metrics"]["experts-per-token"], mean)
            per_layer.append(mean)
            idle += 4 - mean
        self.assertAlmostEqual(card["experts_per_token"],
                               sum(per_layer) / len(per_layer))
        self.assertNotAlmostEqual(card["experts_per_token"], 2, places=2)
        fact = json.loads(query(
            self.finished, "SELECT value FROM fact WHERE key = 'layers'")[0][0])
        cost = fact[0]["expert_parameters"]
        self.assertAlmostEqual(
            card["active_parameters"], card["parameters"] - cost * idle,
            delta=1)

    def test_the_window_is_as_long_as_the_run(self):
        self.assertEqual(report(self.finished)["window"], 60)
        text = run("report", self.finished).stdout
        self.assertIn("means over the last 60 steps", text)
        self.assertIn("experts a token", text)
        self.assertNotIn("last 100 steps", text)


class Nulls(Case):
    def test_dense_layers_have_no_balance(self):
        folder = self.train(model__first_dense=1)
        layers = report(folder)["layers"]
        self.assertEqual([l["layer"] for l in layers], [0, 1])
        self.assertNotIn("balance", layers[0])
        self.assertIn("balance", layers[1])

    def test_dense_run_has_neither_balance_nor_specialisation(self):
        card = report(self.train(moe__recipe="dense"))
        self.assertEqual(set(card["balance"].values()), {None})
        self.assertEqual(set(card["specialisation"].values()), {None})

    def test_no_routed_layer_beyond_0_gives_no_top_level_specialisation(self):
        card = report(self.train(model__layers=1))
        self.assertEqual(set(card["specialisation"].values()), {None})
        self.assertIsNotNone(
            card["layers"][0]["specialisation"]["shuffled"])

    def test_live_run_can_be_read_and_is_not_finished(self):
        folder = self.folder / "run"
        process = start("train", tiny_config(), "--run", folder,
                        *sets(train__steps=100000))
        try:
            self.assertTrue(wait_for_step(process, folder, 1))
            card = report(folder)
        finally:
            process.kill()
            process.communicate()
        self.assertIs(card["finished"], False)
        self.assertGreaterEqual(card["steps"], 1)
        self.assertIsNone(card["loss"]["baselines"]["zstd_bits_per_byte"])
