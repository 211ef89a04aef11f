# SPDX-License-Identifier: Apache-2.0
"""A program outside of the tree adds a router, a loss and a metric by name."""
import json
import os

from harness import Case, ROOT, query, run, sets, tiny_config

ROUTER = os.environ.get(
    "MOESTRO_EXTERNAL_ROUTER",
    str(ROOT / "build/release/examples/external_router/external_router"))


PARTS = {("select", "round-robin"), ("loss", "even-mass"),
         ("metric", "top-share")}


class ExternalRouter(Case):
    def test_methods_lists_the_new_parts(self):
        result = run("methods", "--json", program=ROUTER)
        self.ends(result, 0)
        listed = {(m["kind"], m["name"]) for m in json.loads(result.stdout)}
        self.assertLessEqual(PARTS, listed)

    def test_the_program_itself_does_not_know_the_parts(self):
        for _, name in PARTS:
            self.refused(run("methods", name), 2, name)

    def test_a_run_with_all_three_reports_all_three(self):
        folder, page = self.folder / "run", self.folder / "page.html"
        words = sets(moe__recipe="topk", moe__select="round-robin",
                     moe__losses='["even-mass"]', train__steps=3)
        self.ends(run("train", tiny_config(), "--run", folder, *words,
                      program=ROUTER), 0)
        values = query(folder, "SELECT value FROM scalar WHERE series = "
                       "'layer/01/loss/even-mass' ORDER BY step")
        self.assertEqual(len(values), 3)
        self.assertGreaterEqual(values[0][0], 1)
        result = run("report", folder, "--json", "--html", page,
                     program=ROUTER)
        self.ends(result, 0)
        card = json.loads(result.stdout)
        for layer in card["layers"]:
            self.assertEqual(layer["metrics"]["top-share"], 0.25)
            self.assertEqual(layer["health"]["top-share"], "fine")
        html = page.read_text()
        for text in ("round-robin", "even-mass", "<code>top-share</code>",
                     "Share of all token-expert pairs"):
            self.assertIn(text, html)
        terminal = run("report", folder, program=ROUTER).stdout
        self.assertRegex(terminal, r"top share +25\.0 % +25\.0 %")

    def test_the_program_itself_reports_such_a_run_without_the_metric(self):
        folder = self.train()
        card = json.loads(run("report", folder, "--json").stdout)
        self.assertNotIn("top-share", card["layers"][0]["metrics"])

    def test_the_new_part_trains_by_name_and_balances_perfectly(self):
        folder = self.folder / "run"
        words = sets(moe__recipe="topk", moe__select="round-robin",
                     train__steps=3)
        self.ends(run("train", tiny_config(), "--run", folder, *words,
                      program=ROUTER), 0)
        self.assertEqual(query(folder, "SELECT max(step) FROM step"), [(3,)])
        result = run("report", folder, "--json", program=ROUTER)
        self.ends(result, 0)
        self.assertEqual(json.loads(result.stdout)["balance"]["max_vio"], 0)

    def test_the_new_part_routes_by_name(self):
        path = self.folder / "logits.json"
        path.write_text(json.dumps({"logits": [[0.0] * 4] * 3}))
        result = run("route", "topk", "--logits", path, "--json",
                     *sets(moe__select="round-robin"), program=ROUTER)
        self.ends(result, 0)
        pairs = [(a["token"], a["expert"])
                 for a in json.loads(result.stdout)["assignments"]]
        self.assertEqual(pairs, [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 3)])
