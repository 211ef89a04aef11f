# SPDX-License-Identifier: Apache-2.0
"""Golden vectors: every recipe of `route` against plain Python, and the cases of
published bugs with their literal numbers."""
import json
import math
import random
import struct

from harness import Case, run, sets
from routing_reference import Routed, relu

CHANCE = random.Random(7)
LOGITS = [[round(CHANCE.gauss(0, 1.5), 3) for _ in range(4)] for _ in range(7)]
MASK = [True, True, False, True, True, True, False]
BIAS = [-0.6, 0.1, 0.3, 0.0]
SEQUENCE = [3, 3, 3, 5, 5, 9, 9]


class RouteCase(Case):
    def route(self, recipe, *words, **content):
        path = self.folder / "logits.json"
        path.write_text(json.dumps(content))
        flag = "--logits" if "logits" in content else "--features"
        result = run("route", recipe, flag, path, "--json", *words)
        self.ends(result, 0)
        return json.loads(result.stdout)

    def near(self, ours, theirs, places=6):
        self.assertTrue(math.isfinite(ours))
        self.assertAlmostEqual(ours, theirs, places=places)

    def agrees(self, answer, expected, weight, losses=()):
        """Pairs, weights, counts and losses are those of the reference."""
        got = {(a["token"], a["expert"], a["slot"]): a["weight"]
               for a in answer["assignments"]}
        self.assertEqual(len(got), len(answer["assignments"]))
        self.assertEqual(set(got), expected.kept)
        for pair, value in weight.items():
            self.near(got[pair], value)
        demand = expected.counts(expected.pairs)
        kept = expected.counts(expected.kept)
        self.assertEqual(answer["demand"], demand)
        self.assertEqual(answer["kept"], kept)
        self.assertEqual(answer["dropped"],
                         [d - k for d, k in zip(demand, kept)])
        for name, value in dict(losses).items():
            self.near(answer["losses"][name], value, 5)


class Recipes(RouteCase):
    def test_topk_normalises_over_the_chosen(self):
        r = Routed(LOGITS, "softmax", 2).top_k()
        self.agrees(self.route("topk", logits=LOGITS), r,
                    r.weights("normalised"))

    def test_topk_sigmoid_normalises_over_the_chosen(self):
        r = Routed(LOGITS, "sigmoid", 2).top_k()
        self.agrees(self.route("topk-sigmoid", logits=LOGITS), r,
                    r.weights("normalised"))

    def test_switch_keeps_the_raw_probability_of_one_expert_by_arrival(self):
        r = Routed(LOGITS, "softmax", 1, MASK).top_k().admit(1.25)
        answer = self.route("switch", logits=LOGITS, mask=MASK)
        self.agrees(answer, r, r.weights("raw"), {"switch": r.switch()})

    def test_st_moe_normalises_two_experts_by_arrival(self):
        r = Routed(LOGITS, "softmax", 2, MASK).top_k().admit(1.25)
        answer = self.route("st-moe", logits=LOGITS, mask=MASK)
        self.agrees(answer, r, r.weights("normalised"),
                    {"switch": r.switch(), "z": r.z()})

    def test_deepseek_v3_biases_the_choice_and_scales_the_weight(self):
        r = Routed(LOGITS, "sigmoid", 2, MASK, BIAS).top_k(2, 1)
        answer = self.route(
            "deepseek-v3", *sets(moe__groups=2, moe__group_topk=1,
                                 moe__route_scale=2.5),
            logits=LOGITS, mask=MASK, bias=BIAS, sequence=SEQUENCE)
        self.agrees(answer, r, r.weights("normalised", 2.5),
                    {"sequence": r.sequence(SEQUENCE)})

    def test_simbal_normalises_and_shows_what_logits_can_tell(self):
        r = Routed(LOGITS, "softmax", 2).top_k()
        answer = self.route("simbal", logits=LOGITS)
        self.agrees(answer, r, r.weights("normalised"), {"z": r.z()})
        self.assertNotIn("simbal", answer["losses"])

    def test_expert_choice_gives_each_expert_its_best_tokens(self):
        r = Routed(LOGITS, "softmax", 2, MASK).expert_choice()
        answer = self.route("expert-choice", logits=LOGITS, mask=MASK)
        self.agrees(answer, r, r.weights("raw"))

    def test_remoe_takes_every_positive_score(self):
        r = Routed(LOGITS, "relu", 2, MASK).positive()
        answer = self.route("remoe", "--loss", "l1", logits=LOGITS, mask=MASK)
        weight = r.weights("raw")
        self.agrees(answer, r, weight, {"l1": r.l1(weight)})
        self.assertEqual(
            len(answer["assignments"]),
            sum(x > 0 for t in r.rows for x in relu(LOGITS[t])))

    def test_every_recipe_that_routes_answers_and_the_others_are_refused(self):
        listed = json.loads(run("methods", "--json").stdout)
        path = self.folder / "logits.json"
        path.write_text(json.dumps({"logits": LOGITS}))
        for recipe in [m["name"] for m in listed if m["kind"] == "recipe"]:
            with self.subTest(recipe=recipe):
                result = run("route", recipe, "--logits", path, "--json")
                if recipe in ("dense", "smear"):
                    self.refused(result, 2, recipe)
                else:
                    self.ends(result, 0)
                    self.assertEqual(json.loads(result.stdout)["version"], 1)

    def test_selected_softmax_weighs_the_chosen_logits(self):
        r = Routed(LOGITS, "sigmoid", 3).top_k()
        answer = self.route(
            "topk-sigmoid", *sets(moe__weigh="selected-softmax", moe__top_k=3),
            logits=LOGITS)
        self.agrees(answer, r, r.weights("selected-softmax"))

    def test_capacity_by_score_keeps_the_best_scores(self):
        r = Routed(LOGITS, "softmax", 2).top_k().admit(0.5, by="pair-score")
        answer = self.route("topk", *sets(
            moe__admit="by-score", moe__capacity_factor=0.5), logits=LOGITS)
        self.agrees(answer, r, r.weights("normalised"))


class Ranking(RouteCase):
    def chosen(self, logits, *words, **content):
        found = self.route("topk", *words, logits=logits, **content)
        return [a["expert"] for a in found["assignments"]]

    def test_scores_that_underflow_are_ranked_by_their_logits(self):
        self.assertEqual(self.chosen([[110, 1, 2, 3]]), [0, 3])
        self.assertEqual(self.chosen([[0, 1e-8, 2e-8, -1]]), [2, 1])

    def test_a_bias_of_zero_changes_nothing(self):
        for logits in ([[110, 1, 2, 3]], [[0, 1e-8, 2e-8, -1]], LOGITS):
            width = len(logits[0])
            self.assertEqual(self.chosen(logits),
                             self.chosen(logits, bias=[0.0] * width))

    def test_groups_that_underflow_are_ranked_by_their_logits(self):
        logits = [[200.0, 199.0, 1.0, 2.0, 3.0, 0.0]]
        r = Routed(logits, "softmax", 3).top_k(3, 2)
        answer = self.route("topk", *sets(
            moe__select="group-limited", moe__groups=3, moe__group_topk=2,
            moe__top_k=3), logits=logits)
        self.agrees(answer, r, r.weights("normalised"))
        self.assertEqual([a["expert"] for a in answer["assignments"]],
                         [0, 1, 4])

    def test_sigmoid_weights_are_exact_far_below_zero(self):
        found = self.route("topk-sigmoid", *sets(moe__top_k=2),
                           logits=[[-200, -201, -300, -300]])
        self.assertEqual([a["expert"] for a in found["assignments"]], [0, 1])
        self.near(found["assignments"][0]["weight"], .7310586)
        self.near(found["assignments"][1]["weight"], .2689414)

    def test_weights_of_logits_up_to_1e4_are_those_of_log_space(self):
        chance = random.Random(3)
        logits = [[chance.choice((-1, 1)) * 10 ** chance.uniform(-8, 4)
                   for _ in range(6)] for _ in range(40)]
        # what the program reads: single precision
        logits = [[struct.unpack("f", struct.pack("f", x))[0] for x in row]
                  for row in logits]
        for recipe, score in (("topk", "softmax"), ("topk-sigmoid", "sigmoid")):
            r = Routed(logits, score, 2).top_k()
            answer = self.route(recipe, logits=logits)
            got = {(a["token"], a["expert"], a["slot"]): a["weight"]
                   for a in answer["assignments"]}
            for pair, value in r.weights("normalised").items():
                self.near(got[pair], value)


class Capacity(RouteCase):
    TWO = [[3, -2, 1], [4, -1, 1]]

    def kept(self, *words, logits=TWO, **more):
        found = self.route("st-moe", *words, *sets(
            moe__admit="by-score", moe__capacity_factor=0.5), logits=logits)
        return {(a["token"], a["expert"]) for a in found["assignments"]}

    def test_by_score_ranks_pairs(self):
        self.assertEqual(self.kept(), {(0, 2), (1, 0)})

    def test_by_score_can_rank_tokens_as_published(self):
        words = ("--set", "moe.admit.rank=token")
        self.assertEqual(self.kept(*words), {(1, 0), (1, 2)})
        r = Routed(LOGITS, "softmax", 2).top_k().admit(0.5, by="token-score")
        self.assertEqual(self.kept(*words, logits=LOGITS),
                         {p[:2] for p in r.kept})

    def test_by_arrival_can_let_all_choices_of_a_token_go_first(self):
        r = Routed(LOGITS, "softmax", 2, MASK).top_k().admit(0.5, by="token")
        answer = self.route("st-moe", "--set", "moe.admit.order=token",
                            *sets(moe__capacity_factor=0.5),
                            logits=LOGITS, mask=MASK)
        self.agrees(answer, r, r.weights("normalised"))


class Losses(RouteCase):
    NAMES = ("switch", "global", "z", "token-entropy", "marginal-entropy",
             "mutual-information", "sequence")

    def losses(self, recipe="topk", **content):
        words = [w for name in self.NAMES for w in ("--loss", name)]
        return self.route(recipe, *words, **content)["losses"]

    def test_losses_are_those_of_the_definitions(self):
        r = Routed(LOGITS, "softmax", 2, MASK).top_k()
        found = self.losses(logits=LOGITS, mask=MASK, sequence=SEQUENCE)
        expected = {
            "switch": r.switch(), "global": r.switch(), "z": r.z(),
            "token-entropy": r.token_entropy(),
            "marginal-entropy": r.marginal_entropy(),
            "mutual-information": r.mutual_information(),
            "sequence": r.sequence(SEQUENCE)}
        for name, value in expected.items():
            with self.subTest(loss=name):
                self.near(found[name], value, 5)

    def test_balance_losses_are_1_at_uniform(self):
        found = self.losses(logits=[[0.0] * 4] * 4, bias=[0.0] * 4)
        for name in ("switch", "global", "sequence"):
            self.near(found[name], 1)

    def test_an_all_padding_input_gives_0(self):
        found = self.losses(logits=LOGITS, mask=[False] * 7)
        for name in self.NAMES:
            with self.subTest(loss=name):
                self.assertEqual(found[name], 0)

    def test_an_all_padding_sequence_is_left_out_of_the_mean(self):
        kept = self.losses(logits=LOGITS[:2], sequence=[1, 1])["sequence"]
        padded = self.losses(
            logits=LOGITS[:4], sequence=[1, 1, 2, 2],
            mask=[True, True, False, False])["sequence"]
        self.near(padded, kept)

    def test_sequence_counts_the_chosen_or_the_best_without_bias(self):
        words = sets(moe__top_k=2, moe__groups=1)
        content = dict(logits=[[1, 0, -1, -2]], bias=[-1, 0, 0, 1])
        chosen = self.route("deepseek-v3", *words, **content)
        published = self.route(
            "deepseek-v3", *words, "--set", "moe.loss.sequence.counts=unbiased",
            **content)
        self.near(chosen["losses"]["sequence"], 0.7648, 4)
        self.near(published["losses"]["sequence"], 1.5206, 4)
        r = Routed(LOGITS, "sigmoid", 2, MASK, BIAS).top_k().unbiased()
        found = self.route(
            "deepseek-v3", *words, "--set", "moe.loss.sequence.counts=unbiased",
            logits=LOGITS, mask=MASK, bias=BIAS, sequence=SEQUENCE)
        self.near(found["losses"]["sequence"], r.sequence(SEQUENCE), 5)

    def test_switch_with_global_scope_is_the_global_loss(self):
        found = self.route(
            "switch", "--loss", "global", "--set",
            "moe.loss.switch.scope=global", logits=LOGITS)["losses"]
        self.assertEqual(found["switch"], found["global"])

    def test_simbal_reads_features(self):
        features = [[CHANCE.gauss(0, 1) for _ in range(16)] for _ in range(5)]
        found = self.route("simbal", features=features)["losses"]
        self.near(found["simbal"], 0, 4)  # rows start orthonormal

    def test_simbal_asked_of_logits_is_refused_with_the_way_out(self):
        path = self.folder / "logits.json"
        path.write_text(json.dumps({"logits": LOGITS}))
        self.refused(run("route", "topk", "--logits", path, "--loss", "simbal"),
                     2, "simbal", "--features")


class PublishedBugs(RouteCase):
    def test_r2_padding_changes_no_loss(self):
        real = [[4.0 * (e in (2 * (t % 4), 2 * (t % 4) + 1)) for e in range(8)]
                for t in range(16)]
        padding = [[4.0, 4.0] + [0.0] * 6] * 48
        for pads in (0, 5, 16, 48):
            found = self.route(
                "topk", "--loss", "switch", logits=real + padding[:pads],
                mask=[True] * 16 + [False] * pads)
            self.near(2 * found["losses"]["switch"], 2.0)  # k times the share

    def test_r3_full_collapse_on_k_experts_gives_experts_over_k(self):
        for experts, k in ((8, 2), (128, 8)):
            row = [60.0] * k + [0.0] * (experts - k)
            found = self.route("topk", "--loss", "switch",
                               *sets(moe__top_k=k), logits=[row] * 4)
            self.near(k * found["losses"]["switch"], experts, 3)

    def test_r10_tiny_sigmoid_scores_are_normalised_exactly(self):
        for score in (1e-21, 1e-24):
            logits = [[math.log(score)] * 8] * 8
            found = self.route("topk-sigmoid", "--loss", "switch",
                               logits=logits)
            self.near(found["losses"]["switch"], 1)
            for pair in found["assignments"]:
                self.near(pair["weight"], 0.5)

    def test_r12_skewed_demand_costs_more_than_balanced(self):
        logits = [[0.2, 0.1, 0.0, 0.0]] * 8
        skewed = self.route("topk", "--loss", "switch", *sets(moe__top_k=2),
                            logits=logits)
        balanced = [logits[0][t % 4:] + logits[0][:t % 4] for t in range(8)]
        even = self.route("topk", "--loss", "switch", *sets(moe__top_k=2),
                          logits=balanced)
        self.assertGreater(skewed["losses"]["switch"],
                           even["losses"]["switch"] + 0.01)

    def test_r28_losing_groups_are_masked_by_minus_infinity(self):
        scores = [.10, .12, .11, .13, .05, .04, .06, .03]
        logits = [[math.log(s / (1 - s)) for s in scores]]
        found = self.route("deepseek-v3", *sets(
            moe__groups=2, moe__group_topk=1, moe__top_k=2),
            logits=logits, bias=[-0.3] * 8)
        self.assertEqual({a["expert"] for a in found["assignments"]}, {1, 3})

    def test_r29_weights_come_from_scores_without_the_bias(self):
        plain = self.route("deepseek-v3", *sets(moe__top_k=4), logits=LOGITS)
        biased = self.route("deepseek-v3", *sets(moe__top_k=4), logits=LOGITS,
                            bias=BIAS)
        weights = [{(a["token"], a["expert"]): a["weight"]
                    for a in answer["assignments"]}
                   for answer in (plain, biased)]
        self.assertEqual(*weights)

    def test_r31_minimum_capacity_exceeds_the_number_of_choices(self):
        logits = [[5.0, 0.0, 0.0, 0.0]] * 5
        for minimum, kept in ((4, 4), (0, 2)):
            found = self.route("switch", *sets(
                moe__admit="by-arrival", moe__capacity_factor=1.0,
                moe__min_capacity=minimum), logits=logits)
            self.assertEqual(found["demand"], [5, 0, 0, 0])
            self.assertEqual(found["kept"], [kept, 0, 0, 0])
            self.assertEqual(found["dropped"], [5 - kept, 0, 0, 0])
            self.assertEqual([a["token"] for a in found["assignments"]],
                             list(range(kept)))
