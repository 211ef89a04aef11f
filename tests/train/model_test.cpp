// SPDX-License-Identifier: Apache-2.0
#include <ATen/core/grad_mode.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include "moestro/train/evaluate.h"
#include "moestro/train/sample.h"
#include "tests/train/step_fixture.h"

namespace moestro {
namespace {

std::vector<double> scores_of(TinyRun& run, const std::string& text) {
  const std::span bytes(
      reinterpret_cast<const uint8_t*>(text.data()), text.size());
  return log_probabilities(
      run.config, run.state, windows_of(bytes, run.config.model.context));
}

TEST(Model, no_byte_is_told_what_comes_after_it) {
  for (const auto* recipe : {"topk", "deepseek-v3", "remoe", "smear"}) {
    TinyRun run({std::string("moe.recipe=") + recipe});
    const auto plain = scores_of(run, "abcdefghijklmno");
    const auto changed = scores_of(run, "abcdefghijkZmno");
    for (size_t i = 0; i < 10; ++i) {
      EXPECT_EQ(plain[i], changed[i]) << recipe << " at " << i;
    }
    EXPECT_NE(plain[10], changed[10]) << recipe;
  }
}

TEST(Model, expert_choice_does_tell_which_is_why_it_is_refused) {
  TinyRun run({"moe.recipe=expert-choice", "moe.allow_future_leak=true"});
  const auto plain = scores_of(run, "abcdefghijklmno");
  const auto changed = scores_of(run, "abcdefghijkZZZZ");
  bool leaks = false;
  for (size_t i = 0; i < 10; ++i) {
    leaks = leaks || plain[i] != changed[i];
  }
  EXPECT_TRUE(leaks);
}

TEST(Model, every_byte_but_the_first_is_scored_once) {
  TinyRun run({"moe.recipe=topk"});
  EXPECT_EQ(scores_of(run, std::string(50, 'x')).size(), 49U);
}

TEST(Model, sampling_is_a_function_of_its_seed) {
  TinyRun run({"moe.recipe=topk"});
  const auto write = [&run](int64_t seed) {
    std::string text;
    sample(
        run.config,
        run.state,
        "a",
        {.bytes = 20, .temperature = 1, .seed = seed},
        [&text](char c) { text += c; });
    return text;
  };
  EXPECT_EQ(write(3), write(3));
  EXPECT_NE(write(3), write(4));
}

TEST(Model, initial_values_do_not_depend_on_other_layers) {
  TinyRun two({"moe.recipe=topk"});
  TinyRun three({"moe.recipe=topk", "model.layers=3"});
  Tensor a, b;
  const auto find = [](Transformer& model, Tensor& out) {
    model.tensors([&out](const NamedTensor& t) {
      if (t.name == "block.01.layer.experts.up") {
        out = t.value.detach();
      }
    });
  };
  find(two.state.model, a);
  find(three.state.model, b);
  EXPECT_TRUE(at::equal(a, b));
}

}  // namespace
}  // namespace moestro
