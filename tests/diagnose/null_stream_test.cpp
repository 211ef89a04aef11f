// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/null_stream.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "moestro/stats/dispersion.h"

namespace moestro {
namespace {

struct Seen {
  double phi = 0, follows = 0, sequences = 0;
};

// Variance of counts over that of independent tokens, and the correlation of
// a step's strays with the next's.
Seen look(const NullStream& stream, int steps) {
  NullLayer layer(stream, 0);
  const auto E = static_cast<double>(stream.experts);
  const auto T = static_cast<double>(stream.tokens);
  const double q = static_cast<double>(stream.top_k) / E;
  Seen seen;
  std::vector<double> before;
  for (int i = 0; i < steps; ++i) {
    const auto record = layer.next();
    std::vector<double> stray;
    for (const auto n : record.counts.demand) {
      stray.push_back(static_cast<double>(n) - T * q);
    }
    seen.phi +=
        std::inner_product(stray.begin(), stray.end(), stray.begin(), 0.0);
    seen.follows += before.empty()
                        ? 0
                        : std::inner_product(
                              stray.begin(), stray.end(), before.begin(), 0.0);
    seen.sequences += dispersion(record.sequence_view()) / steps;
    before = stray;
  }
  seen.follows /= seen.phi;
  seen.phi /= steps * E * T * q * (1 - q);
  return seen;
}

TEST(NullStream, varies_by_phi_between_steps_and_between_sequences) {
  for (const double phi : {1.0, 9.0, 31.0}) {
    const auto seen = look({.phi = phi}, 400);
    EXPECT_NEAR(seen.phi, phi, 0.06 * phi);
    EXPECT_NEAR(seen.sequences, phi, 0.06 * phi);
    EXPECT_NEAR(seen.follows, 0, 0.03);
  }
}

TEST(NullStream, topics_last_as_long_as_they_are_told_to) {
  const auto seen = look({.phi = 9, .topics = 0.9}, 2000);
  EXPECT_NEAR(seen.phi, 9, 1);
  EXPECT_NEAR(seen.follows, 0.9, 0.02);
}

TEST(NullStream, every_step_asks_for_k_experts_a_token) {
  NullLayer layer({.experts = 8, .top_k = 2, .tokens = 64, .phi = 9}, 0);
  for (int i = 0; i < 200; ++i) {
    const auto counts = layer.next().counts;
    EXPECT_EQ(
        std::accumulate(counts.demand.begin(), counts.demand.end(), int64_t{0}),
        128);
    EXPECT_LE(*std::ranges::max_element(counts.demand), 64);
  }
}

}  // namespace
}  // namespace moestro
