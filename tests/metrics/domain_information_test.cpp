// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "domain-information";

TEST(DomainInformation, stands_beside_that_of_shuffled_domains) {
  const LayerRecord r{
      .extras = {{"domain_mutual_information", 0.3}, {"shuffled", 0.01}}};
  EXPECT_EQ(measure(kName, r), 0.3);
  EXPECT_EQ(expected(kName, r), 0.01);
  EXPECT_TRUE(std::isnan(measure(kName, {})));
}

}  // namespace
}  // namespace moestro
