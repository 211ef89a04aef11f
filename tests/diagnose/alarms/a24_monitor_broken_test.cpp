// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

std::string seen(int64_t steps, const std::function<void(StepRecord&)>& edit) {
  Watched run({.layers = 3, .phi = 4});
  run.run(20);
  run.run(steps, edit);
  const auto* alarm = run.first("A24");
  return alarm == nullptr ? ""
                          : std::to_string(alarm->step) + ": " + alarm->message;
}

TEST(A24, pairs_are_tokens_times_k) {
  EXPECT_EQ(
      seen(1, [](StepRecord& r) { ++r.layers[0].counts.demand[3]; }),
      "21: layer 0: 32769 pairs, but 4096 tokens ask for 32768");
}

TEST(A24, nobody_serves_more_than_was_asked_for) {
  EXPECT_NE(
      seen(1, [](StepRecord& r) { r.layers[2].counts.kept[0] = 9999; }), "");
}

TEST(A24, two_layers_do_not_have_the_same_counts_in_step_after_step) {
  const auto twins = [](StepRecord& r) {
    r.layers[1].counts = r.layers[0].counts;
  };
  EXPECT_EQ(seen(3, twins), "23: layer 1: the same counts as layer 0");
  EXPECT_EQ(seen(2, twins), "");
}

TEST(A24, counts_do_not_stand_still) {
  std::vector<int64_t> frozen;
  const auto freeze = [&frozen](StepRecord& r) {
    auto& counts = r.layers[1].counts;
    frozen = frozen.empty() ? counts.demand : frozen;
    counts.demand = counts.kept = frozen;
  };
  EXPECT_EQ(seen(10, freeze), "24: layer 1: the very same counts in 4 steps");
}

TEST(A24, a_text_that_is_repeated_from_the_first_step_on_is_a_choice) {
  Watched trace({.phi = 4});
  std::vector<int64_t> same;
  trace.run(200, [&same](StepRecord& r) {
    auto& counts = r.layers[0].counts;
    same = same.empty() ? counts.demand : same;
    counts.demand = counts.kept = same;
  });
  EXPECT_EQ(trace.first("A24"), nullptr);
}

TEST(A24, a_collapse_looks_the_same_in_every_step_and_is_none_of_its_business) {
  const auto collapse = [](StepRecord& r) {
    for (auto& layer : r.layers) {
      layer.counts.demand.assign(64, 0);
      std::fill_n(layer.counts.demand.begin(), 8, layer.counts.tokens);
      layer.counts.kept = layer.counts.demand;
    }
  };
  EXPECT_EQ(seen(10, collapse), "");
}

TEST(A24, a_layer_does_not_fall_silent) {
  EXPECT_EQ(
      seen(10, [](StepRecord& r) { r.layers.pop_back(); }),
      "24: layer 2 has not been heard of for 4 steps");
}

TEST(A24, a_layer_that_the_model_lacks_is_none) {
  EXPECT_EQ(
      seen(1, [](StepRecord& r) { r.layers[2].layer = 3; }),
      "21: layer 3: counts of a layer that the model does not have");
}

}  // namespace
}  // namespace moestro
