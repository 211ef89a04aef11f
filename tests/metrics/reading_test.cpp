// SPDX-License-Identifier: Apache-2.0
// Every metric says how it is read: what reports, pages and exporters show.
#include <algorithm>

#include <gtest/gtest.h>

#include "moestro/base/text.h"
#include "moestro/metrics/metric.h"

namespace moestro {
namespace {

TEST(Reading, of_every_metric_has_a_label_and_a_meaning) {
  for (const auto* variant : variants<Metric>()) {
    const auto* reading = variant->info.reading;
    ASSERT_NE(reading, nullptr) << variant->info.name;
    EXPECT_FALSE(reading->label.empty()) << variant->info.name;
    EXPECT_LE(reading->label.size(), 18U) << variant->info.name;
    EXPECT_TRUE(reading->meaning.ends_with('.')) << variant->info.name;
  }
}

TEST(Reading, of_a_metric_with_limits_says_what_is_wrong_and_which_way) {
  for (const auto* variant : variants<Metric>()) {
    const auto& reading = *variant->info.reading;
    if (reading.limits.scale != Scale::kNone) {
      EXPECT_FALSE(reading.limits.complaint.empty()) << variant->info.name;
      EXPECT_NE(reading.worse, Worse::kNeither) << variant->info.name;
    }
  }
}

TEST(Reading, of_every_metric_names_its_cost_and_the_causes_it_tells_apart) {
  for (const auto* variant : variants<Metric>()) {
    const auto& reading = *variant->info.reading;
    EXPECT_FALSE(reading.cost.empty()) << variant->info.name;
    EXPECT_FALSE(reading.groups.empty()) << variant->info.name;
    for (const auto group : split(reading.groups)) {
      EXPECT_NE(std::ranges::find(kCauseGroups, group), std::end(kCauseGroups))
          << variant->info.name << " " << group;
    }
  }
}

}  // namespace
}  // namespace moestro
