// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/picture.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "moestro/diagnose/core_registry.h"
#include "moestro/metrics/metric.h"
#include "tests/serve/made_run.h"

namespace moestro {
namespace {

class PictureTest : public MadeRun {
 protected:
  void SetUp() override {
    MadeRun::SetUp();
    write();
  }
  std::optional<svg::Plot> drawn(const AlarmEntry& alarm) const {
    const RunReader reader(store());
    return Painter(reader, registry_).draw(alarm, 60);
  }

  Registry registry_ = core_registry();
};

TEST_F(PictureTest, TheExpertThatIsMeantIsDrawnLastAndTheOthersFaint) {
  const auto plot = drawn({.id = "A03", .step = 70, .layer = 2, .expert = 1});
  ASSERT_TRUE(plot);
  EXPECT_EQ(plot->title, "A03, layer 2, expert 1: load, 1 = fair share");
  ASSERT_EQ(plot->curves.size(), 4U);
  EXPECT_EQ(plot->curves.back().name, "load of expert 1, 1 = fair");
  EXPECT_NE(plot->curves.back().css, "faint");
  EXPECT_EQ(plot->curves.front().css, "faint");
  // 100 of 400 pairs is the fair share, 200 twice that.
  EXPECT_DOUBLE_EQ(plot->curves.back().points[3].y, 1);
  EXPECT_DOUBLE_EQ(plot->curves[0].points[3].y, 2);
  EXPECT_EQ(plot->marks[0].x, 70);
  EXPECT_EQ(plot->last_x, 120);
}

TEST_F(PictureTest, AMetricIsDrawnOfTheLayerOrOfAll) {
  const auto one = drawn({.id = "A01", .step = 50, .layer = 2});
  ASSERT_TRUE(one);
  ASSERT_EQ(one->curves.size(), 1U);
  EXPECT_EQ(one->curves[0].name, "MaxVio, layer 2");
  EXPECT_DOUBLE_EQ(one->curves[0].points[0].y, 1);
  EXPECT_EQ(drawn({.id = "A25", .step = 50})->curves.size(), 2U);
}

TEST_F(PictureTest, ASeriesOfTheRunIsDrawnAsItIs) {
  const auto plot = drawn({.id = "A20", .step = 21});
  ASSERT_TRUE(plot);
  ASSERT_EQ(plot->curves.size(), 1U);
  EXPECT_EQ(plot->curves[0].points.size(), 60U);
  EXPECT_EQ(plot->curves[0].points.front().y, 5);
  EXPECT_EQ(plot->curves[0].points.back().y, 2);
}

TEST_F(PictureTest, WhatWasNotRecordedOrNobodyKnowsHasNone) {
  EXPECT_FALSE(drawn({.id = "A09", .step = 5, .layer = 1}));
  EXPECT_FALSE(drawn({.id = "X01", .step = 5, .layer = 1}));
  EXPECT_FALSE(drawn({.id = "A03", .step = 5, .layer = 7, .expert = 90}));
}

TEST_F(PictureTest, EveryRuleShowsWhatThereIs) {
  for (const auto name : registry_.names(Alarm::kKind)) {
    const auto& shows = registry_.at<Alarm>(name).info.shows;
    const bool metric = registry_.find<Metric>(shows) != nullptr;
    EXPECT_TRUE(
        metric || shows == "load" || shows == "grad_norm" ||
        shows.find('/') != std::string_view::npos)
        << name << " shows '" << shows << "'";
  }
}

TEST(Signs, AreTheFirstOfEachRuleInTheLayersThatAreMeant) {
  const std::vector<AlarmEntry> alarms{
      {.id = "A01", .step = 5, .layer = 1},
      {.id = "A01", .step = 10, .layer = 1},
      {.id = "A01", .step = 11, .layer = 1},
      {.id = "A02", .step = 12, .layer = 0},
      {.id = "A20", .step = 13},
      {.id = "A03", .step = 14, .layer = 1},
      {.id = "A04", .step = 15, .layer = 1}};
  const auto signs = signs_of({.layers = {1}, .since_step = 10}, alarms);
  ASSERT_EQ(signs.size(), 3U);
  EXPECT_EQ(signs[0], &alarms[1]);
  EXPECT_EQ(signs[1], &alarms[4]);
  EXPECT_EQ(signs[2], &alarms[5]);
}

TEST_F(PictureTest, ACauseIsShownByItsSignsOrByItself) {
  const RunReader reader(store());
  const Painter painter(reader, registry_);
  const Diagnosis forced{.id = "D24", .layers = {2}, .since_step = 1};
  const auto own = painter.draw(forced, {}, 60);
  ASSERT_EQ(own.size(), 1U);
  EXPECT_EQ(own[0].title, "D24, layer 2: load, 1 = fair share");
  const std::vector<AlarmEntry> alarms{{.id = "A20", .step = 21}};
  const auto signs = painter.draw(forced, alarms, 60);
  ASSERT_EQ(signs.size(), 1U);
  EXPECT_EQ(signs[0].marks[0].name, "A20");
  EXPECT_TRUE(painter.draw({.id = "D99", .since_step = 30}, {}, 60).empty());
}

TEST_F(PictureTest, AFileStandsAlone) {
  const auto plot = drawn({.id = "A20", .step = 21});
  ASSERT_TRUE(plot);
  const auto file = svg_file("D15 <&>", {*plot, *plot});
  EXPECT_TRUE(file.starts_with("<svg xmlns="));
  EXPECT_TRUE(file.ends_with("</svg>\n"));
  EXPECT_NE(file.find("D15 &lt;&amp;&gt;"), std::string::npos);
  EXPECT_NE(file.find("viewBox=\"0 0 740 226\""), std::string::npos);
  EXPECT_EQ(file.find("http", 40), std::string::npos);
}

}  // namespace
}  // namespace moestro
