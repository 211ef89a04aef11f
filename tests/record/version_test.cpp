// SPDX-License-Identifier: Apache-2.0
// assets/run-v1.db was written by the program that wrote version 1: 70 steps of
// recipe topk, 4 experts, k 2, layer 0 dense.
#include <gtest/gtest.h>

#include "moestro/record/sqlite.h"
#include "moestro/record/store.h"
#include "moestro/stats/dispersion.h"
#include "tests/record/temporary.h"

namespace moestro {
namespace {

const std::string kOld =
    std::string(MOESTRO_TESTS_DIR) + "/record/assets/run-v1.db";

double mean_dispersion(const RunReader& reader) {
  const auto steps = reader.layer_steps(1, 1, 70);
  double sum = 0;
  for (const auto& [step, record] : steps) {
    sum += dispersion(record.sequence_view());
  }
  return sum / static_cast<double>(steps.size());
}

TEST(Version1, gives_the_dispersion_that_its_own_program_reported) {
  const RunReader reader(kOld);
  EXPECT_EQ(reader.last_step(), 70);
  EXPECT_NEAR(mean_dispersion(reader), 2.1036852687979404, 1e-9);
  const auto [step, record] = reader.layer_steps(1, 70, 70).at(0);
  EXPECT_EQ(record.counts.tokens, 128);
  EXPECT_EQ(record.sequences.sequences, 4);
  EXPECT_EQ(record.sequences.traces.size(), 2U);
}

TEST(Version1, gives_its_facts) {
  const auto facts = RunReader(kOld).facts();
  EXPECT_EQ(facts.recipe, "topk");
  EXPECT_EQ(facts.steps, 70);
  ASSERT_EQ(facts.layers.size(), 2U);
  EXPECT_EQ(facts.layers[0].experts, 0);
  EXPECT_EQ(facts.layers[1].experts, 4);
  EXPECT_EQ(facts.layers[1].top_k, 2);
  EXPECT_EQ(facts.domains, (std::vector<std::string>{"code", "law"}));
  EXPECT_TRUE(facts.finished);
}

TEST(Version1, becomes_version_2_when_it_goes_on) {
  const TemporaryFolder folder;
  const auto path = folder / "run.db";
  std::filesystem::copy_file(kOld, path);
  {
    RunWriter writer(path, 66);
    for (int64_t step = 67; step <= 70; ++step) {
      writer.add(
          {.step = step,
           .layers = {
               {.layer = 1,
                .counts = {.tokens = 20, .demand = {10, 10}},
                .sequences = {.sequences = 2, .square = {5.8, 5.8}}}}});
    }
  }
  EXPECT_EQ(
      sqlite::Database(path, sqlite::Access::kRead)
          .integer("PRAGMA user_version"),
      2);
  const RunReader old(kOld), reader(path);
  EXPECT_EQ(reader.facts().layers.at(1).experts, 4);
  EXPECT_EQ(reader.facts().domains, old.facts().domains);
  const auto before = old.layer_steps(1, 66, 66).at(0).second;
  const auto steps = reader.layer_steps(1, 66, 70);
  ASSERT_EQ(steps.size(), 5U);
  EXPECT_EQ(steps[0].second.sequences.square, before.sequences.square);
  EXPECT_NEAR(dispersion(steps[1].second.sequence_view()), 3.04, 1e-12);
}

}  // namespace
}  // namespace moestro
