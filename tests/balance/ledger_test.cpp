// SPDX-License-Identifier: Apache-2.0
// Exact counts: overwritten, separate, conserved, flat.
#include "moestro/balance/ledger.h"

#include <numeric>

#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

Routing enter(Ledger& ledger, const Batch& batch, Phase phase, uint64_t seed) {
  const auto tokens = batch.tokens.valid_T.mask().size(0);
  auto r = route(numbers(tokens, 4, seed), batch);
  ledger.enter(r, batch.context(phase));
  return r;
}

// What `add_to` and `settle` do around the one transfer of a step.
void settle(Ledger& ledger) {
  Transfer transfer;
  ledger.add_to(transfer);
  transfer.go();
  ledger.settle(transfer);
}

Counts counts_of(Ledger ledger, int32_t layer, std::string_view name = {}) {
  settle(ledger);
  return ledger.totals(layer, name).counts;
}

TEST(ledger, r19_recomputation_overwrites) {
  Ledger ledger;
  const Batch batch(10, 4);
  enter(ledger, batch, Phase::kTrain, 1);
  const auto once = counts_of(ledger, batch.layer);
  enter(ledger, batch, Phase::kRecompute, 1);
  const auto twice = counts_of(ledger, batch.layer);
  EXPECT_EQ(once.tokens, 10);
  EXPECT_EQ(twice.tokens, 10);
  EXPECT_EQ(once.demand, twice.demand);
}

TEST(ledger, sums_the_micro_batches_of_one_step_and_layer) {
  Ledger ledger;
  Batch batch(10, 4);
  Ints sum(4, 0);
  for (batch.micro = 0; batch.micro < 4; ++batch.micro) {
    const auto seed = static_cast<uint64_t>(batch.micro);
    const auto demand =
        ints(enter(ledger, batch, Phase::kTrain, seed).pairs.demand_E);
    for (size_t e = 0; e < 4; ++e) {
      sum[e] += demand[e];
    }
  }
  ++batch.layer;
  enter(ledger, batch, Phase::kTrain, 9);
  const auto totals = counts_of(ledger, batch.layer - 1);
  EXPECT_EQ(totals.tokens, 40);
  EXPECT_EQ(totals.demand, sum);
}

TEST(ledger, r20_evaluation_is_refused) {
  Ledger ledger;
  const Batch batch(10, 4);
  EXPECT_THROW(enter(ledger, batch, Phase::kEvaluate, 2), c10::Error);
  EXPECT_TRUE(ledger.passes().empty());
}

TEST(ledger, the_end_of_a_step_clears_it) {
  Ledger ledger;
  const Batch batch(2, 4);
  enter(ledger, batch, Phase::kTrain, 1);
  ledger.end_step();
  EXPECT_TRUE(ledger.passes().empty());
  EXPECT_EQ(counts_of(ledger, batch.layer).tokens, 0);
}

// R31: counts before and after the drop.
TEST(ledger, r31_reports_what_was_dropped) {
  Batch batch(5, 4, 1);
  batch.knobs.capacity = 1;
  const auto r = route(
      matrix({{9, 0, 0, 0}}).expand({5, 4}),
      batch,
      {.admit = "by-arrival", .admit_params = {{"minimum", int64_t{4}}}});
  Ledger ledger;
  ledger.enter(r, batch.context());
  const auto count = counts_of(ledger, batch.layer);
  EXPECT_EQ(count.demand, (Ints{5, 0, 0, 0}));
  EXPECT_EQ(count.kept, (Ints{4, 0, 0, 0}));
  EXPECT_EQ(count.dropped(), (Ints{1, 0, 0, 0}));
}

void expect_refused(const Routing& r, const Batch& batch) {
  Ledger ledger;
  ledger.enter(r, batch.context());
  try {
    settle(ledger);
    ADD_FAILURE() << "was settled";
  } catch (const c10::Error& error) {
    EXPECT_NE(std::string(error.what()).find("layer=1"), std::string::npos);
  }
}

TEST(ledger, refuses_demand_that_is_not_tokens_times_k) {
  Batch batch(6, 4);
  const auto r = route(numbers(6, 4), batch);
  batch.knobs.k = 3;
  expect_refused(r, batch);
}

TEST(ledger, refuses_padding_that_asks) {
  Batch batch(6, 4);
  auto r = route(numbers(6, 4), batch);
  batch.tokens.valid_T = here(at::arange(6)).lt(5);
  r.sums =
      sum_up(r.pairs, r.weight_N, r.scores, r.scores.live_TE, batch.context());
  expect_refused(r, batch);
}

TEST(ledger, refuses_more_served_than_asked) {
  const Batch batch(6, 4);
  auto r = route(numbers(6, 4), batch);
  r.pairs.offset_E1 = r.pairs.offset_E1.mul(2);
  expect_refused(r, batch);
}

TEST(ledger, tells_the_routings_of_a_layer_apart) {
  Ledger ledger;
  const Batch batch(6, 4);
  const auto r = route(numbers(6, 4), batch);
  ledger.enter(r, batch.context(), "continuous");
  ledger.enter(r, batch.context(), "discrete");
  EXPECT_EQ(counts_of(ledger, batch.layer, "discrete").tokens, 6);
  EXPECT_EQ(counts_of(ledger, batch.layer).tokens, 0);
}

TEST(ledger, buffer_counts_up_to_this_pass_and_exact_the_whole_step) {
  Ledger ledger;
  Batch batch(10, 4);
  std::vector<Routing> r;
  for (batch.micro = 0; batch.micro < 3; ++batch.micro) {
    r.push_back(enter(
        ledger, batch, Phase::kTrain, static_cast<uint64_t>(batch.micro)));
  }
  batch.micro = 1;
  const auto sums = r[1].sums;
  const auto demand = [&](Scope scope) {
    return ledger.with_scope(sums, scope, batch.context()).demand_SE;
  };
  const auto two = r[0].pairs.demand_E + r[1].pairs.demand_E;
  EXPECT_TRUE(equal(demand(Scope::kMicro), sums.demand_SE));
  EXPECT_EQ(ints(demand(Scope::kBuffer)), ints(two));
  EXPECT_EQ(ints(demand(Scope::kExact)), ints(two + r[2].pairs.demand_E));
}

TEST(ledger, a_loss_of_wider_scope_needs_the_pass_entered_first) {
  const Ledger ledger;
  const Batch batch(10, 4);
  const auto r = route(numbers(10, 4), batch);
  EXPECT_THROW(
      (void)ledger.with_scope(r.sums, Scope::kBuffer, batch.context()),
      c10::Error);
}

// R20 (torchtitan#1304): 4 micro-batches and an evaluation between them.
TEST(ledger, r20_one_update_per_step_from_training_tokens_only) {
  const auto controller = make<Controller>("sign-bias", {}, {{"rate", 0.5}});
  Ledger ledger;
  Batch batch(10, 2, 1);
  const auto first = matrix({{1, 0}}).expand({10, 2});
  for (batch.micro = 0; batch.micro < 4; ++batch.micro) {
    ledger.enter(route(first, batch), batch.context(Phase::kTrain));
  }
  const Totals totals{.counts = counts_of(ledger, batch.layer)};
  std::vector<LayerControl> layers = {{totals, batch.layout, batch.knobs}};
  controller->step(batch.step, layers);
  EXPECT_EQ(batch.knobs.bias, (std::vector<float>{-0.5F, 0.5F}));
}

TEST(ledger, scores_and_lacks_leave_padding_out) {
  Batch batch(6, 4);
  batch.tokens.valid_T = here(at::arange(6)).lt(4);
  const auto r = route(numbers(6, 4), batch);
  for (const auto wanted : {Statistic::kScores, Statistic::kLacking}) {
    Ledger ledger;
    ledger.want({batch.layer, ""}, wanted);
    ledger.enter(r, batch.context());
    settle(ledger);
    const auto t = ledger.totals(batch.layer);
    EXPECT_EQ(t.scores.size(), wanted == Statistic::kScores ? 16U : 0U);
    EXPECT_EQ(
        std::accumulate(t.lacking.begin(), t.lacking.end(), int64_t{0}),
        wanted == Statistic::kLacking ? 16 : 0);
  }
}

}  // namespace
}  // namespace moestro::test
