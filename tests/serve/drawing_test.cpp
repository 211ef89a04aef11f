// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "moestro/serve/ink.h"
#include "moestro/serve/live.h"
#include "moestro/serve/palette.h"
#include "moestro/serve/svg.h"

namespace moestro {
namespace {

TEST(Ink, TheMeanIsHalfHeightAndDeadIsADot) {
  EXPECT_EQ(
      load_bar(std::vector<double>{1, 2, 0.25, 0, 5}, 5, Style::kPlain),
      "▄█▁·█");
}

TEST(Ink, FewExpertsAreDrawnWide) {
  EXPECT_EQ(load_bar(std::vector<double>{1, 2}, 40, Style::kPlain), "▄▄ ██ ");
}

TEST(Ink, ManyExpertsShareGlyphs) {
  const std::vector<double> loads(256, 1.0);
  EXPECT_EQ(columns_of(load_bar(loads, 60, Style::kPlain)), 60U);
}

TEST(Ink, ProgressCountsInEighths) {
  EXPECT_EQ(progress_bar(0.5, 4), "██  ");
  EXPECT_EQ(progress_bar(0.53125, 4), "██▏ ");
  EXPECT_EQ(progress_bar(7, 2), "██");
  EXPECT_EQ(progress_bar(NAN, 2), "  ");
}

TEST(Ink, SparksReachFromTheLowestToTheHighest) {
  EXPECT_EQ(spark_line(std::vector<double>{1, 2, 4.5, 8}, 40), "▁▂▅█");
  EXPECT_EQ(spark_line(std::vector<double>{3, 3}, 40), "▁▁");
  EXPECT_EQ(spark_line(std::vector<double>{1, 3, 5, 7}, 2), "▂▇");
  EXPECT_EQ(spark_line({}, 40), "");
}

TEST(Ink, ColumnsIgnoreEscapesAndCountCharacters) {
  EXPECT_EQ(columns_of(paint("aé▄", Ink::kGood, Style::kColour)), 3U);
  EXPECT_EQ(pad_left("é", 3), "  é");
}

TEST(Ink, AmountsAreShort) {
  EXPECT_EQ(amount(950.0), "950");
  EXPECT_EQ(amount(27'300.0), "27.3 k");
  EXPECT_EQ(amount(999'960.0), "1.0 M");
  EXPECT_EQ(amount(std::nullopt), "–");
}

constexpr Reading kReading = {.label = "MaxVio"};
constexpr Info kInfo = {.name = "max-vio", .reading = &kReading};

LiveLayer live_layer(
    int32_t layer, std::vector<double> loads, double max_vio, Health health) {
  return {
      .layer = layer,
      .loads = std::move(loads),
      .rows = {{&kInfo, max_vio, 0.08, health}}};
}

LiveState state() {
  return {
      "demo",
      50,
      100,
      1.0,
      1.5,
      2.5,
      0.003,
      12'345,
      65,
      {live_layer(1, {1, 1, 1, 1}, 0.1, Health::kFine),
       live_layer(2, {4, 0, 0, 0}, 3, Health::kBad)}};
}

TEST(Live, TheBlockHasALineALayerAndTwoMore) {
  const auto block = live_block(state(), {Style::kPlain, 100});
  EXPECT_EQ(std::ranges::count(block, '\n'), 4);
  EXPECT_NE(block.find("step 50 / 100"), std::string::npos);
  EXPECT_NE(block.find("12.3 k tokens/s"), std::string::npos);
  EXPECT_NE(block.find("1:05 left"), std::string::npos);
  EXPECT_NE(block.find("bits per byte 1.000"), std::string::npos);
  EXPECT_EQ(block.find('\x1b'), std::string::npos);
}

TEST(Live, EveryLossIsInBitsPerByte) {
  const auto line = live_line(state());
  EXPECT_NE(line.find("bits_per_byte 1.0000  valid 1.5000"), std::string::npos);
  EXPECT_EQ(line.find("loss"), std::string::npos);
  const auto block = live_block(state(), {Style::kPlain, 100});
  EXPECT_EQ(block.find("loss"), std::string::npos);
}

TEST(Live, LinesFitTheTerminal) {
  for (const size_t width : {80U, 100U, 140U}) {
    auto wide = state();
    wide.layers[0].loads.assign(256, 1.0);
    const auto block = live_block(wide, {Style::kColour, width});
    std::string_view rest = block;
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      EXPECT_LE(columns_of(rest.substr(0, end)), width);
      rest.remove_prefix(end + 1);
    }
  }
}

TEST(Live, TheLineNamesTheWorstLayer) {
  const auto line = live_line(state());
  EXPECT_NE(
      line.find("MaxVio 3.00 (layer 2, 0.08 by chance)"), std::string::npos);
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(Palette, OneIsTheMiddleAndTheScaleIsEvenInRatios) {
  EXPECT_EQ(level_of(1), 8);
  EXPECT_EQ(level_of(2), 12);
  EXPECT_EQ(level_of(0.5), 4);
  EXPECT_EQ(level_of(4), 16);
  EXPECT_EQ(level_of(100), 16);
  EXPECT_EQ(level_of(0), 0);
  EXPECT_EQ(level_of(NAN), 0);
}

TEST(Svg, TicksAreRound) {
  EXPECT_EQ(svg::ticks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(svg::tick_text(svg::ticks(-0.01, 1, 5)[0], 0.2), "0.0");
  EXPECT_EQ(svg::ticks(3, 3, 5).size(), 1U);
  // Finer than doubles can count.
  EXPECT_LE(svg::ticks(1e17, 1e17 + 64, 5).size(), 11U);
  EXPECT_LE(svg::ticks(1e300, 1.0000001e300, 5).size(), 11U);
}

TEST(Svg, TextIsEscaped) {
  EXPECT_EQ(
      svg::escape("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
}

TEST(Svg, AMissingValueBreaksTheCurve) {
  svg::Plot plot;
  plot.curves = {{"a", "c1", {{0, 1}, {1, 2}, {2, NAN}, {3, 1}, {4, 2}}}};
  plot.last_x = 4;
  const auto text = svg::line_plot(plot);
  const auto d = text.substr(text.find(" d=\""));
  EXPECT_EQ(std::ranges::count(d.substr(0, d.find("\">")), 'M'), 2);
  EXPECT_EQ(text.find("nan"), std::string::npos);
}

TEST(Svg, LongNumbersHaveRoomAtTheAxis) {
  svg::Plot plot;
  plot.curves = {{"a", "c1", {{0, 0.99961}, {1, 0.9999}}}};
  EXPECT_NE(svg::line_plot(plot).find("x=\"54.2\""), std::string::npos);
  plot.curves = {{"a", "c1", {{0, 1e200}, {1, 2e200}}}};
  EXPECT_EQ(svg::line_plot(plot).find("x=\"-"), std::string::npos);
}

TEST(Svg, ALevelLineIsNotEnlarged) {
  svg::Plot plot;
  plot.curves = {{"a", "c1", {{0, 1}, {1, 1 + 1e-12}}}};
  EXPECT_NE(svg::line_plot(plot).find(">1.00<"), std::string::npos);
}

TEST(Svg, AnEmptyPlotIsStillAPlot) {
  EXPECT_NE(svg::line_plot({}).find("</svg>"), std::string::npos);
  EXPECT_EQ(svg::heat_map({}), "");
}

TEST(Svg, CellsOfOneColourAreOnePath) {
  svg::HeatMap map;
  map.columns = {{1, 1}, {1, 4}};
  const auto text = svg::heat_map(map);
  EXPECT_NE(
      text.find("class=\"h8\" d=\"M0 0h1v1h-1zM0 1h1v1h-1zM1 0"),
      std::string::npos);
  EXPECT_NE(text.find("class=\"h16\" d=\"M1 1"), std::string::npos);
}

}  // namespace
}  // namespace moestro
