// SPDX-License-Identifier: Apache-2.0
// A run on a device goes as it goes on the CPU.
#include <gtest/gtest.h>

#include "moestro/layers/recipe.h"
#include "tests/train/step_fixture.h"

namespace moestro {
namespace {

std::vector<std::string> on_cpu(std::vector<std::string> keys) {
  keys.emplace_back("train.device=cpu");
  return keys;
}

double relative(double a, double b) {
  return std::abs(a - b) / std::max(1e-3, std::abs(b));
}

// Rows that start orthonormal stand where SimBal has a kink: which way its
// gradient points is left to rounding.
std::vector<std::string> keys_of(const std::string& recipe) {
  std::vector<std::string> keys = {
      "moe.recipe=" + recipe, "moe.allow_future_leak=true"};
  if (recipe == "simbal") {
    keys.emplace_back("moe.gate.orthogonal=false");
  }
  return keys;
}

// Three steps of both; the largest difference of what they report.
double difference(const std::vector<std::string>& keys) {
  TinyRun near(on_cpu(keys)), far(keys);
  double most = 0;
  for (int step = 0; step < 3; ++step) {
    const auto a = far.stepper.run(), b = near.stepper.run();
    EXPECT_EQ(a.refused, b.refused);
    EXPECT_EQ(a.record.layers.size(), b.record.layers.size());
    for (size_t l = 0; l < a.record.layers.size(); ++l) {
      EXPECT_EQ(
          a.record.layers[l].counts.demand, b.record.layers[l].counts.demand);
      EXPECT_EQ(a.record.layers[l].counts.kept, b.record.layers[l].counts.kept);
    }
    for (const auto* name :
         {"loss/lm", "loss/balance", "grad_norm", "grad_norm/router"}) {
      most = std::max(
          most, relative(scalar_of(a.record, name), scalar_of(b.record, name)));
    }
  }
  return most;
}

TEST(every_recipe, trains_on_a_device_as_on_the_cpu) {
  if (test::test_device().is_cpu()) {
    GTEST_SKIP() << "this is the CPU";
  }
  for (const auto& recipe : recipes()) {
    SCOPED_TRACE(recipe.name);
    const auto most = difference(keys_of(recipe.name));
    EXPECT_LT(most, 2e-4);
    RecordProperty(recipe.name, std::to_string(most));
  }
}

TEST(every_gate, trains_on_a_device_as_on_the_cpu) {
  if (test::test_device().is_cpu()) {
    GTEST_SKIP() << "this is the CPU";
  }
  for (const auto* keys : {"moe.gate=hash", "moe.gate=codebook"}) {
    SCOPED_TRACE(keys);
    const auto most =
        difference({"moe.recipe=topk", keys, "moe.weigh=selected-softmax"});
    EXPECT_LT(most, 2e-4);
    RecordProperty(keys, std::to_string(most));
  }
}

}  // namespace
}  // namespace moestro
