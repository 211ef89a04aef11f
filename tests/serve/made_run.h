// SPDX-License-Identifier: Apache-2.0
// A run store with figures that can be checked by hand: layer 0 dense, layer 1
// even, layer 2 with a dead expert and dropped pairs.
#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "moestro/record/store.h"

namespace moestro {

class MadeRun : public testing::Test {
 protected:
  static constexpr int64_t kSteps = 120;

  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    run_ = std::filesystem::path(testing::TempDir()) /
           (std::string("moestro_serve_") + test->name());
    std::filesystem::remove_all(run_);
    std::filesystem::create_directories(run_);
  }
  void TearDown() override { std::filesystem::remove_all(run_); }

  std::string store() const { return (run_ / "run.db").string(); }

  static LayerRecord layer(int32_t number, std::vector<int64_t> demand) {
    LayerRecord record;
    record.layer = number;
    record.counts.demand = record.counts.kept = demand;
    for (const auto count : demand) {
      record.counts.tokens += count;
      record.prob.push_back(static_cast<double>(count));
      record.mass.push_back(static_cast<double>(count));
    }
    // Two sequences that are alike.
    record.sequences.sequences = 2;
    for (const auto count : demand) {
      const auto n = static_cast<double>(count);
      record.sequences.square.push_back(
          n * n / static_cast<double>(record.counts.tokens));
    }
    record.entropy = static_cast<double>(record.counts.tokens);
    return record;
  }

  void write(int64_t steps = kSteps) const {
    RunWriter writer(store(), 0);
    write_facts(writer);
    for (int64_t step = 1; step <= steps; ++step) {
      StepRecord record;
      record.step = step;
      record.scalars = {{"loss/lm", step <= 20 ? 5.0 : 2.0}, {"tokens", 400}};
      record.layers = {
          layer(1, {100, 100, 100, 100}), layer(2, {200, 100, 100, 0})};
      record.layers[1].counts.kept = {150, 100, 100, 0};
      writer.add(record);
      writer.add_clock(step, 1000.0 + static_cast<double>(step), 0.5);
      writer.add_phase_clock(step, {{"forward", 0.2}, {"backward", 0.3}});
    }
    writer.add_evaluation(
        steps,
        {{"valid/lm", 1.5},
         {"valid/bits_per_byte", 2.164},
         {"layer/01/domain_mutual_information", 0.3},
         {"layer/01/shuffled", 0.01},
         {"layer/01/via_byte", 0.1},
         {"layer/02/domain_mutual_information", 0.1},
         {"layer/01/lift/code/0", 2.5},
         {"layer/01/lift/prose/0", 0.4}});
    writer.add_event(steps, "finished", "all <steps> done");
  }

  std::filesystem::path run_;

 private:
  static void write_facts(RunWriter& writer) {
    const LayerFacts routed{
        .kind = "routed", .experts = 4, .top_k = 1, .expert_parameters = 100};
    writer.put_facts(
        {.recipe = "a<b>&\"c\"",
         .steps = 120,
         .layers = {{.kind = "dense"}, routed, routed},
         .domains = {"code", "prose"},
         .parameters = 2000,
         .active_parameters = 1400,
         .config = "[moe]\nx = \"<script>\"\n",
         .baselines = {.order3_bits_per_byte = 2.5},
         .finished = true});
  }
};

}  // namespace moestro
