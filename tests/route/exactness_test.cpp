// SPDX-License-Identifier: Apache-2.0
// For every |logit| <= 1e4 weights, losses and their gradients in single
// precision are those of double precision.
#include <limits>

#include <ATen/ops/eye.h>
#include <ATen/ops/logaddexp.h>

#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

// Where scores underflow, saturate, tie, or differ in the last bit only.
Tensor awkward() {
  return matrix(
      {{-200, -201, -300, -300, -400, -1e4, -1e4, -1e4},
       {110, 1, 2, 3, 0, -1, -2, -3},
       {1e4, 9999.999, 9999, 9990, 0, -1e4, 1e4, 9900},
       {-1e4, -9999.999, -9999, -9990, -1e4, -1e4, -9999, -9991},
       {0, 0, 0, 0, 0, 0, 0, 0},
       {1e4, 1e4, 1e4, 1e4, -1e4, -1e4, -1e4, -1e4},
       {-86, -87, -88, -89, -100, -103, -104, -105},
       {15, 16, 17, 18, 25, 40, 88, 89},
       {1e-8, 2e-8, 0, -1e-8, 1e-20, -1e-20, 1e-30, 3e-30},
       {-1, -2, -3, -4, -5, -6, -7, -1e4},
       {1e-20, 1e4, -1, -2, -3, -4, -5, -6}});
}

std::vector<Tensor> batches() {
  std::vector<Tensor> all = {awkward()};
  for (const double scale : {1.0, 30.0, 100.0, 1e3, 4e3}) {
    all.push_back((numbers(16, 8, 11) * scale).clamp(-1e4, 1e4));
    all.push_back((numbers(16, 8, 12) * scale - 60).clamp(-1e4, 1e4));
  }
  return all;
}

Tensor score_of(std::string_view name, const Tensor& x) {
  return name == "softmax" ? x.softmax(1)
                           : (name == "sigmoid" ? x.sigmoid() : x.relu());
}

// Up to a constant of the token.
Tensor log_score(std::string_view name, const Tensor& x) {
  if (name == "sigmoid") {
    return -at::logaddexp(at::zeros_like(x), -x);
  }
  return name == "softmax"
             ? x
             : at::where(x.gt(0), x, 1).log().masked_fill(x.le(0), -kInf);
}

// Of the given pairs by definition, [T, E].
Tensor expected(const Names& names, const Tensor& x, const Assignment& pairs) {
  const auto mine = chosen(pairs, x.size(0));
  if (names.weigh == "raw") {
    return score_of(names.score, x) * mine;
  }
  if (names.weigh == "all") {
    return x.softmax(1) * mine;
  }
  const auto logs = names.weigh == "normalised" ? log_score(names.score, x) : x;
  const auto there = logs.masked_fill(mine.logical_not(), -kInf);
  const auto top = there.detach().amax(1, true);
  const auto none = top.isneginf();
  const auto part = (there - top.masked_fill(none, 0)).exp();
  const auto share = part / part.sum(1, true).masked_fill(none, 1);
  return at::where(none, mine / mine.sum(1, true).clamp_min(1), share) * mine;
}

// Largest difference, row by row in units of the row's largest value above 1.
double error(const Tensor& ours, const Tensor& exact) {
  if (!at::isfinite(ours).all().item<bool>()) {
    return kInf;
  }
  const auto unit = exact.abs().amax(-1, true).clamp_min(1);
  return ((ours.to(at::kDouble) - exact) / unit).abs().max().item<double>();
}

std::vector<Names> combinations() {
  std::vector<Names> all;
  for (const auto* score : variants<Score>()) {
    for (const auto* weigh : variants<Weigh>()) {
      for (const auto select : {"top-k", "expert-choice", "positive"}) {
        all.push_back(
            {.score = score->info.name,
             .select = select,
             .weigh = weigh->info.name});
      }
    }
  }
  return all;
}

TEST(exactness, weights_and_their_gradients) {
  for (const auto& names : combinations()) {
    for (const auto& x : batches()) {
      const Batch batch(x.size(0), 8);
      const auto exact_x = x.to(at::kDouble);
      const auto factor = numbers(x.size(0), 8, 5);
      const auto pairs = route(x, batch, names).pairs;
      const auto ours = [&](const Tensor& at) {
        return dense_weights(route(at, batch, names), x.size(0));
      };
      const auto slope = gradient(
          [&](const Tensor& at) { return (ours(at) * factor).sum(); }, x);
      const auto exact_slope = gradient(
          [&](const Tensor& at) {
            return (expected(names, at, pairs) * factor).sum();
          },
          exact_x);
      SCOPED_TRACE(
          std::string(names.score) + " " + std::string(names.select) + " " +
          std::string(names.weigh));
      EXPECT_LT(error(ours(x), expected(names, exact_x, pairs)), 2e-6);
      EXPECT_LT(error(slope, exact_slope), 5e-6);
    }
  }
}

TEST(exactness, losses_and_their_gradients) {
  for (const auto* loss : variants<Loss>()) {
    for (const auto* score : variants<Score>()) {
      for (const auto& x : batches()) {
        Batch batch(x.size(0), 8);
        batch.split({5, x.size(0) - 5});
        const auto value = [&](const Tensor& at) {
          const auto context = batch.context();
          const auto r = route(at, batch, {.score = score->info.name});
          return loss->make({}, site_of(batch))
                     ->value(
                         {.routing = r,
                          .context = context,
                          .sums = r.sums,
                          .rows_ED = here(at::eye(8))}) +
                 0 * at.sum();
        };
        const auto exact_x = x.to(at::kDouble);
        SCOPED_TRACE(
            std::string(loss->info.name) + " " + std::string(score->info.name));
        EXPECT_LT(error(value(x).view({1}), value(exact_x).view({1})), 5e-6);
        EXPECT_LT(error(gradient(value, x), gradient(value, exact_x)), 1e-5);
      }
    }
  }
}

TEST(exactness, a_temperature_rounds_no_difference_of_large_logits) {
  for (const auto* score : variants<Score>()) {
    Batch batch(1, 4);
    batch.knobs.temperature = 0.7;
    const Names names = {.score = score->info.name, .weigh = "normalised"};
    const auto x = matrix({{1e4, 9999, 9990, 0}}) -
                   (score->info.name == "sigmoid" ? 2e4 : 0);
    const auto weight = dense_weights(route(x, batch, names), 1);
    const auto exact =
        expected(names, x.to(at::kDouble) / 0.7, route(x, batch, names).pairs);
    EXPECT_LT(error(weight, exact), 1e-6) << score->info.name;
  }
}

TEST(exactness, sigmoid_weights_of_logits_far_below_zero) {
  const auto r = route(
      matrix({{-200, -201, -300, -300}}),
      Batch(1, 4),
      {.score = "sigmoid", .weigh = "normalised"});
  EXPECT_LT(
      distance(dense_weights(r, 1), matrix({{0.7310586, 0.2689414, 0, 0}})),
      1e-7);
}

}  // namespace
}  // namespace moestro::test
