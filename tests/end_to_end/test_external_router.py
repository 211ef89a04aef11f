# SPDX-License-Identifier: Apache-2.0
"""A program outside of the tree adds a router and runs it by name."""
import json
import os

from harness import Case, ROOT, query, run, sets, tiny_config

ROUTER = os.environ.get(
    "MOESTRO_EXTERNAL_ROUTER",
    str(ROOT / "build/release/examples/external_router/external_router"))


class ExternalRouter(Case):
    def test_methods_lists_the_new_part(self):
        result = run("methods", "--json", program=ROUTER)
        self.ends(result, 0)
        listed = [(m["kind"], m["name"]) for m in json.loads(result.stdout)]
        self.assertIn(("select", "round-robin"), listed)

    def test_the_program_itself_does_not_know_the_part(self):
        self.refused(run("methods", "round-robin"), 2, "round-robin")

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
