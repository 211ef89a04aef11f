// SPDX-License-Identifier: Apache-2.0
// What every part says on a device is what it says on the CPU.
#include "tests/balance/loss_fixture.h"
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

// Runs what it is given on the CPU.
template <class Run>
auto on_cpu(Run run) {
  const auto device = test_device();
  set_test_device(at::kCPU);
  auto result = run();
  set_test_device(device);
  return result;
}

std::vector<Names> combinations() {
  std::vector<Names> all;
  for (const auto* score : variants<Score>()) {
    for (const auto* select : variants<Select>()) {
      for (const auto* admit : variants<Admit>()) {
        for (const auto* weigh : variants<Weigh>()) {
          all.push_back(
              {.score = score->info.name,
               .select = select->info.name,
               .admit = admit->info.name,
               .weigh = weigh->info.name});
        }
      }
    }
  }
  for (const auto* perturb : variants<Perturb>()) {
    all.push_back({.perturbs = {perturb->info.name}});
  }
  return all;
}

struct Outcome {
  Ints expert, token, slot, offset, demand;
  Tensor weight, slope, prob, extremes;
};

Outcome outcome_of(const Names& names) {
  Batch batch(64, 8);
  batch.split({40, 24});
  batch.knobs.capacity = 1;
  batch.tokens.valid_T = here(at::arange(64).lt(60));
  const auto x = numbers(64, 8);
  const auto r = route(x, batch, names);
  const auto slope = gradient(
      [&](const Tensor& at) {
        const auto again = route(at, batch, names);
        return again.weight_N.square().sum() +
               again.sums.prob_SE.square().sum();
      },
      x);
  return {
      .expert = ints(r.pairs.expert_N),
      .token = ints(r.pairs.token_N),
      .slot = ints(r.pairs.slot_N),
      .offset = ints(r.pairs.offset_E1),
      .demand = ints(r.pairs.demand_E),
      .weight = r.weight_N.to(at::kCPU),
      .slope = slope.to(at::kCPU),
      .prob = r.sums.prob_SE.to(at::kCPU),
      .extremes = r.sums.extremes.to(at::kCPU)};
}

TEST(every_router, says_on_a_device_what_it_says_on_the_cpu) {
  if (test_device().is_cpu()) {
    GTEST_SKIP() << "this is the CPU";
  }
  double most = 0;
  for (const auto& names : combinations()) {
    SCOPED_TRACE(
        std::string(names.score) + " " + std::string(names.select) + " " +
        std::string(names.admit) + " " + std::string(names.weigh));
    const auto far = outcome_of(names);
    const auto near = on_cpu([&] { return outcome_of(names); });
    EXPECT_EQ(far.expert, near.expert);
    EXPECT_EQ(far.token, near.token);
    EXPECT_EQ(far.slot, near.slot);
    EXPECT_EQ(far.offset, near.offset);
    EXPECT_EQ(far.demand, near.demand);
    const auto off = std::max(
        {distance(far.weight, near.weight),
         distance(far.slope, near.slope) / 10,
         distance(far.prob, near.prob) / 10,
         distance(far.extremes, near.extremes)});
    EXPECT_LT(off, 2e-6);
    most = std::max(most, off);
  }
  RecordProperty("largest", std::to_string(most * 1e9) + " e-9");
}

TEST(every_loss, says_on_a_device_what_it_says_on_the_cpu) {
  if (test_device().is_cpu()) {
    GTEST_SKIP() << "this is the CPU";
  }
  for (const auto* loss : variants<Loss>()) {
    SCOPED_TRACE(loss->info.name);
    const auto run = [&] {
      Batch batch(64, 8);
      batch.split({40, 24});
      const auto rows = numbers(8, 12, 3);
      const auto value = [&](const Tensor& x) {
        const auto context = batch.context();
        const auto r = route(x, batch);
        return loss->make({}, site_of(batch))
                   ->value(
                       {.routing = r,
                        .context = context,
                        .sums = r.sums,
                        .rows_ED = rows}) +
               0 * x.sum();
      };
      const auto x = numbers(64, 8);
      return std::pair(
          value(x).to(at::kCPU).item<double>(),
          gradient(value, x).to(at::kCPU));
    };
    const auto far = run(), near = on_cpu(run);
    EXPECT_NEAR(far.first, near.first, 2e-6 * std::max(1.0, near.first));
    EXPECT_LT(distance(far.second, near.second), 2e-6);
  }
}

}  // namespace
}  // namespace moestro::test
