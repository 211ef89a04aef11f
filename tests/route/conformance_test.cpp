// SPDX-License-Identifier: Apache-2.0
// What every registered part keeps to, with plain neighbours.
#include <limits>

#include "moestro/balance/ledger.h"
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

// Every part once, and every selector with every admission and weighing.
std::vector<Names> combinations() {
  std::vector<Names> all;
  for (const auto* score : variants<Score>()) {
    all.push_back({.score = score->info.name});
  }
  for (const auto* perturb : variants<Perturb>()) {
    all.push_back({.perturbs = {perturb->info.name}});
  }
  all.push_back({.admit = "by-arrival", .admit_params = {{"order", "token"}}});
  all.push_back({.admit = "by-score", .admit_params = {{"rank", "token"}}});
  for (const auto* select : variants<Select>()) {
    for (const auto* admit : variants<Admit>()) {
      for (const auto* weigh : variants<Weigh>()) {
        all.push_back(
            {.select = select->info.name,
             .admit = admit->info.name,
             .weigh = weigh->info.name});
      }
    }
  }
  return all;
}

bool all_offer(const Names& names, Trait trait) {
  return offers<Score>(names.score, trait) &&
         offers<Select>(names.select, trait) &&
         offers<Admit>(names.admit, trait) && offers<Weigh>(names.weigh, trait);
}

// By the descriptors, and as made.
bool is_causal(const Names& names, const PartSite& site) {
  return all_offer(names, Trait::kCausal) &&
         make<Select>(names.select, site, names.select_params)->causal() &&
         make<Admit>(names.admit, site, names.admit_params)->causal();
}

std::string title(const Names& names) {
  std::string text;
  for (const auto part :
       {names.score, names.select, names.admit, names.weigh}) {
    text += std::string(part) + " ";
  }
  return names.perturbs.empty() ? text : text + std::string(names.perturbs[0]);
}

Batch limited(int64_t tokens, int64_t experts, int64_t k = 2) {
  Batch batch(tokens, experts, k);
  batch.knobs.capacity = 1;
  return batch;
}

void expect_sorted(const Assignment& a, int64_t tokens) {
  const auto expert = ints(a.expert_N), token = ints(a.token_N);
  const auto offset = ints(a.offset_E1);
  const auto experts = a.num_experts();
  for (int64_t n = 0; n < static_cast<int64_t>(expert.size()); ++n) {
    const auto i = static_cast<size_t>(n);
    ASSERT_GE(token[i], 0);
    ASSERT_LT(token[i], tokens);
    ASSERT_GE(expert[i], -1);
    ASSERT_LT(expert[i], experts);
  }
  for (int64_t e = 0; e < experts; ++e) {
    const auto begin = offset[static_cast<size_t>(e)];
    const auto end = offset[static_cast<size_t>(e) + 1];
    ASSERT_LE(begin, end);
    for (auto n = begin; n < end; ++n) {
      const auto i = static_cast<size_t>(n);
      ASSERT_EQ(expert[i], e);
      ASSERT_TRUE(n == begin || token[i - 1] < token[i]);
    }
  }
}

// Order, range, conservation; what is not served weighs nothing.
void expect_sound(const Routing& r, const Batch& batch, const Names& names) {
  const auto tokens = batch.tokens.valid_T.mask().size(0);
  expect_sorted(r.pairs, tokens);
  Ledger ledger;
  ledger.enter(r, batch.context());
  EXPECT_EQ(r.fixed_k, offers<Select>(names.select, Trait::kFixedK));
  const auto idle_N = served(r.pairs).logical_not();
  EXPECT_EQ(r.weight_N.masked_select(idle_N).abs().sum().item<double>(), 0);
}

void expect_finite(const Routing& r) {
  EXPECT_TRUE(at::isfinite(r.weight_N).all().item<bool>());
  EXPECT_TRUE(r.weight_N.ge(0).all().item<bool>());
  EXPECT_TRUE(at::isfinite(r.sums.prob_SE).all().item<bool>());
}

TEST(every_router, is_sound_for_awkward_batches) {
  struct Case {
    int64_t tokens, experts, k;
  };
  for (const auto& names : combinations()) {
    SCOPED_TRACE(title(names));
    for (const auto& c : {Case{0, 4, 2}, {1, 4, 2}, {9, 4, 2}, {9, 4, 4}}) {
      const auto batch = limited(c.tokens, c.experts, c.k);
      const auto r = route(numbers(c.tokens, c.experts), batch, names);
      expect_sound(r, batch, names);
      expect_finite(r);
    }
  }
}

TEST(every_router, works_with_one_expert) {
  for (const auto& names : combinations()) {
    if (names.weigh != "raw" && names.weigh != "all") {
      continue;
    }
    SCOPED_TRACE(title(names));
    const auto batch = limited(5, 1, 1);
    const auto r = route(numbers(5, 1), batch, names);
    expect_sound(r, batch, names);
    expect_finite(r);
  }
}

TEST(every_router, is_sound_for_ties_and_huge_logits) {
  for (const auto& names : combinations()) {
    SCOPED_TRACE(title(names));
    const auto batch = limited(6, 4);
    for (const double scale : {0.0, 1e4, -1e4}) {
      const auto r = route(numbers(6, 4) * scale, batch, names);
      expect_sound(r, batch, names);
      expect_finite(r);
    }
  }
}

TEST(every_router, keeps_shapes_and_conservation_with_nan) {
  for (const auto& names : combinations()) {
    SCOPED_TRACE(title(names));
    const auto batch = limited(4, 4);
    const auto x = matrix(
        {{kNan, 1, 2, 3},
         {1, 2, 3, 4},
         {kNan, kNan, kNan, kNan},
         {4, 3, 2, 1}});
    const auto r = route(x, batch, names);
    expect_sound(r, batch, names);
    EXPECT_GE(reals(r.sums.extremes)[2], 5);
  }
}

TEST(every_router, leaves_padding_alone) {
  for (const auto& names : combinations()) {
    SCOPED_TRACE(title(names));
    auto batch = limited(8, 4);
    batch.tokens.valid_T =
        here(at::tensor({1, 0, 1, 1, 0, 1, 0, 1})).to(at::kBool);
    const auto r = route(numbers(8, 4), batch, names);
    expect_sound(r, batch, names);
    const auto used = r.pairs.expert_N.ge(0);
    const auto valid_N =
        batch.tokens.valid_T.mask().index_select(0, r.pairs.token_N);
    EXPECT_TRUE(valid_N.masked_select(used).all().item<bool>());
  }
}

// NaN and infinities in rows that the mask leaves out change nothing, neither
// a weight nor a sum nor a gradient.
TEST(every_router, padding_may_hold_anything) {
  const auto rows = here(at::tensor({1, 4, 6}, at::kLong));
  const auto junk = matrix(
      {{kNan, kNan, kNan, kNan}, {kInf, 1, -kInf, 0}, {3e38, kInf, -3e38, 1}});
  for (const auto& names : combinations()) {
    SCOPED_TRACE(title(names));
    auto batch = limited(8, 4);
    batch.tokens.valid_T =
        here(at::ones({8}, at::kBool)).index_fill(0, rows, false);
    const auto x = numbers(8, 4);
    const auto bad = x.index_copy(0, rows, junk);
    const auto f = [&](const Tensor& at) {
      const auto r = route(at, batch, names);
      return r.weight_N.sum() + r.sums.prob_SE.square().sum() +
             r.sums.lse2_S.sum() + r.sums.entropy_S.sum() +
             r.sums.mass_SE.square().sum();
    };
    const auto clean = route(x, batch, names), dirty = route(bad, batch, names);
    EXPECT_TRUE(equal(clean.pairs.expert_N, dirty.pairs.expert_N));
    EXPECT_TRUE(equal(clean.weight_N, dirty.weight_N));
    EXPECT_TRUE(equal(clean.sums.extremes, dirty.sums.extremes));
    EXPECT_TRUE(equal(f(x), f(bad)));
    const auto slope = gradient(f, bad);
    EXPECT_TRUE(equal(slope, gradient(f, x)));
    EXPECT_EQ(slope.index_select(0, rows).abs().sum().item<double>(), 0);
  }
}

// What later tokens want changes no earlier choice, drop or weight. Perturbs
// and gates see one token at a time by their interface.
TEST(every_router, sees_no_later_token_where_it_says_so) {
  int64_t causal = 0;
  for (const auto& names : combinations()) {
    const auto batch = limited(8, 4);
    if (!is_causal(names, site_of(batch))) {
      continue;
    }
    SCOPED_TRACE(title(names));
    ++causal;
    const auto before = route(numbers(8, 4), batch, names);
    const auto seen = dense_weights(before, 8);
    for (int64_t t = 1; t < 8; ++t) {
      const auto x =
          at::cat({numbers(8, 4).narrow(0, 0, t), numbers(8 - t, 4, 9) * 5});
      const auto weights = dense_weights(route(x, batch, names), 8);
      EXPECT_TRUE(equal(weights.narrow(0, 0, t), seen.narrow(0, 0, t)));
    }
  }
  EXPECT_GT(causal, 10);
}

TEST(every_router, has_the_gradient_of_its_weights) {
  for (const auto& names : combinations()) {
    SCOPED_TRACE(title(names));
    const auto batch = limited(5, 4);
    const auto x = numbers(5, 4, 4).to(at::kDouble);
    const auto factor = numbers(5, 4, 5).to(at::kDouble);
    const auto f = [&](const Tensor& at) {
      return (dense_weights(route(at, batch, names), 5) * factor).sum();
    };
    const auto slope = gradient(f, x);
    EXPECT_LT(distance(slope, differences(f, x)), 1e-7);
    EXPECT_GT(slope.abs().max().item<double>(), 0);
  }
}

TEST(every_router, gives_the_same_twice) {
  for (const auto& names : combinations()) {
    const auto batch = limited(7, 4);
    const auto a = route(numbers(7, 4), batch, names);
    const auto b = route(numbers(7, 4), batch, names);
    EXPECT_TRUE(equal(a.weight_N, b.weight_N)) << title(names);
    EXPECT_TRUE(equal(a.pairs.expert_N, b.pairs.expert_N)) << title(names);
  }
}

TEST(every_router, permutes_with_its_tokens_where_it_says_so) {
  for (const auto& names : combinations()) {
    if (!all_offer(names, Trait::kEquivariant)) {
      continue;
    }
    auto batch = limited(7, 4);
    const auto x = numbers(7, 4);
    const auto before = dense_weights(route(x, batch, names), 7);
    const auto order = here(at::tensor({3, 6, 0, 5, 1, 2, 4}, at::kLong));
    batch.tokens.serial_T = order;
    const auto after =
        dense_weights(route(x.index_select(0, order), batch, names), 7);
    EXPECT_LT(distance(after, before.index_select(0, order)), 1e-6)
        << title(names);
  }
}

TEST(every_perturb, draws_the_same_however_the_batch_is_cut) {
  for (const auto* variant : variants<Perturb>()) {
    const Batch whole(8, 4);
    const auto x = numbers(8, 4);
    const auto part = here(variant->make({}, site_of(whole)));
    const auto run = [&](const Tensor& rows, const Batch& batch) {
      const auto context = batch.context();
      const auto in = part->input(rows, context);
      return part->logits({.live = in}, in, context).live;
    };
    const auto all = run(x, whole);
    EXPECT_FALSE(equal(all, x)) << variant->info.name;
    for (int64_t from = 0; from < 8; from += 2) {
      Batch cut(2, 4);
      cut.micro = static_cast<int32_t>(from / 2);
      cut.tokens.serial_T = here(at::arange(from, from + 2));
      EXPECT_TRUE(equal(run(x.narrow(0, from, 2), cut), all.narrow(0, from, 2)))
          << variant->info.name;
    }
  }
}

TEST(every_gate, routes_alike_after_its_tensors_are_restored) {
  for (const auto* variant : variants<Gate>()) {
    const Batch batch(6, 4);
    auto site = site_of(batch);
    const auto a = here(variant->make({}, site));
    site.seed = 99;
    const auto b = here(variant->make({}, site));
    std::vector<Tensor> saved;
    a->tensors([&](const NamedTensor& t) { saved.push_back(t.value.clone()); });
    size_t next = 0;
    b->tensors([&](const NamedTensor& t) { t.value = saved[next++]; });
    const auto x = numbers(6, 4);
    EXPECT_TRUE(equal(
        a->gate(x, batch.context()).live, b->gate(x, batch.context()).live))
        << variant->info.name;
  }
}

TEST(every_gate, hands_its_gradient_to_every_trained_tensor) {
  for (const auto* variant : variants<Gate>()) {
    const Batch batch(6, 4);
    const auto gate = here(variant->make({}, site_of(batch)));
    // A gate may have nothing to train: then only its input learns.
    const auto x = numbers(6, 4).requires_grad_();
    gate->gate(x, batch.context()).live.square().sum().backward();
    gate->tensors([&](const NamedTensor& t) {
      EXPECT_EQ(t.trained, t.value.grad().defined()) << variant->info.name;
    });
  }
}

TEST(every_score, has_finite_shares_that_sum_to_one) {
  for (const auto* variant : variants<Score>()) {
    const auto score = variant->make({}, PartSite{});
    for (const double scale : {0.0, 1.0, 100.0, 1e4}) {
      const auto f = [&](const Tensor& x) { return score->probabilities(x); };
      const auto x = numbers(6, 5) * scale;
      EXPECT_LT(distance(f(x).sum(1), here(at::ones({6}))), 1e-6)
          << variant->info.name;
      const auto slope = gradient(
          [&](const Tensor& leaf) { return f(leaf).square().sum(); }, x);
      EXPECT_TRUE(at::isfinite(slope).all().item<bool>()) << variant->info.name;
    }
  }
}

}  // namespace
}  // namespace moestro::test
