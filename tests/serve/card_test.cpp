// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/card.h"

#include <gtest/gtest.h>

#include "moestro/diagnose/core_registry.h"
#include "moestro/diagnose/doctor.h"
#include "moestro/serve/card_json.h"
#include "moestro/serve/html.h"
#include "moestro/serve/terminal.h"
#include "moestro/serve/track.h"
#include "tests/serve/made_run.h"

namespace moestro {
namespace {

class ShownTest : public MadeRun {
 protected:
  Card card() const { return read_card(run_, registry_); }
  std::string page() const {
    const RunReader reader(store());
    return html_report(reader, card(), examine(reader, registry_), registry_);
  }

  Json json_card() const {
    const RunReader reader(store());
    return to_json(card(), examine(reader, registry_));
  }

  Registry registry_ = core_registry();
};

TEST_F(ShownTest, JsonHasTheAgreedKeys) {
  write();
  const auto json = json_card();
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.as_object()) {
    keys.push_back(key);
  }
  EXPECT_EQ(
      keys,
      (std::vector<std::string>{
          "version",
          "run",
          "recipe",
          "steps",
          "window",
          "tokens",
          "parameters",
          "active_parameters",
          "experts_per_token",
          "finished",
          "loss",
          "balance",
          "specialisation",
          "time",
          "layers",
          "sentences",
          "alarms",
          "verdicts",
          "metrics",
          "expected",
          "health"}));
  EXPECT_FALSE(json.at("layers").as_array()[0].find("balance"));
  EXPECT_EQ(json.at("balance").at("dead_experts").as_int(), 1);
  EXPECT_TRUE(
      json.at("loss").at("baselines").at("zstd_bits_per_byte").is_null());
}

TEST_F(ShownTest, ARunWithoutAnythingHasNullsAndDashes) {
  {
    RunWriter writer(store(), 0);
  }
  const auto empty = card();
  const auto json = json_card();
  EXPECT_TRUE(json.at("recipe").is_null());
  EXPECT_TRUE(json.at("loss").at("train_lm").is_null());
  EXPECT_TRUE(json.at("balance").at("max_vio").is_null());
  EXPECT_TRUE(json.at("layers").as_array().empty());
  EXPECT_FALSE(empty.facts.finished);
  EXPECT_NE(terminal_card(empty, Style::kPlain).find("–"), std::string::npos);
  EXPECT_NE(page().find("</html>"), std::string::npos);
}

TEST_F(ShownTest, TheTerminalCardIsPlainWhenAsked) {
  write();
  const auto text = terminal_card(card(), Style::kPlain);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("layer 2"), std::string::npos);
  EXPECT_NE(text.find("████"), std::string::npos);
  EXPECT_NE(
      terminal_card(card(), Style::kColour).find('\x1b'), std::string::npos);
}

TEST_F(ShownTest, TheHtmlIsSelfContainedAndEscaped) {
  write();
  const auto html = page();
  for (const auto* outside :
       {"http://", "https://", "<script", "url(", "src="}) {
    EXPECT_EQ(html.find(outside), std::string::npos) << outside;
  }
  EXPECT_NE(html.find("a&lt;b&gt;&amp;&quot;c&quot;"), std::string::npos);
  EXPECT_NE(html.find("&lt;script&gt;"), std::string::npos);
  EXPECT_NE(html.find("prefers-color-scheme:dark"), std::string::npos);
}

TEST_F(ShownTest, TheHtmlHasItsSections) {
  write();
  const auto html = page();
  for (const auto* title :
       {"Loss",
        "Metric by metric",
        "Balance over time",
        "Load of every expert over time",
        "Loads, busiest first",
        "How the router decides",
        "Which expert reads what",
        "Dropped pairs",
        "Where the time went",
        "Reproduce it"}) {
    EXPECT_NE(
        html.find("<h2>" + std::string(title) + "</h2>"), std::string::npos)
        << title;
  }
  EXPECT_EQ(html.find("nan"), std::string::npos);
}

TEST_F(ShownTest, JsonHoldsEveryMetricOfALayerByName) {
  write();
  const auto json = json_card();
  const auto& layer = json.at("layers").as_array()[2];
  EXPECT_EQ(
      layer.at("metrics").as_object().size(), registry_.names("metric").size());
  EXPECT_EQ(layer.at("metrics").at("max-vio").as_number(), 1);
  EXPECT_EQ(layer.at("health").at("dead-experts").as_string(), "bad");
  EXPECT_EQ(layer.at("expected").at("experts-per-token").as_number(), 1);
}

TEST_F(ShownTest, EveryMetricThatIsKnownIsALineOfTheTerminal) {
  write(60);
  const auto all = card();
  const auto text = terminal_card(all, Style::kPlain);
  EXPECT_NE(text.find("means over the last 60 steps"), std::string::npos);
  EXPECT_NE(text.find("1.00 experts a token"), std::string::npos);
  auto rows = all.run_rows;
  for (const auto& worst : all.worst) {
    if (!is_of_run(*worst.row.info)) {
      rows.push_back(worst.row);
    }
  }
  for (const auto& row : rows) {
    const auto label = "  " + std::string(reading_of(*row.info).label);
    EXPECT_EQ(
        text.find(label + " ") != std::string::npos, row.value.has_value())
        << label;
  }
}

TEST_F(ShownTest, MetricsOfTheRunStandBesideItsLayers) {
  write();
  const auto json = json_card();
  EXPECT_EQ(json.at("metrics").at("spike-score").as_number(), 0);
  EXPECT_TRUE(json.at("metrics").at("loss-z").is_null());
  EXPECT_FALSE(json.at("metrics").find("max-vio"));
  const auto& layer = json.at("layers").as_array()[2];
  EXPECT_TRUE(layer.at("metrics").at("spike-score").is_null());
  EXPECT_NE(page().find("<h2>The whole run</h2>"), std::string::npos);
}

TEST_F(ShownTest, EveryMetricIsExplainedOnThePage) {
  write();
  const auto html = page();
  for (const auto* variant : variants<Metric>()) {
    EXPECT_NE(
        html.find("<code>" + std::string(variant->info.name) + "</code>"),
        std::string::npos);
  }
}

// A metric of somebody else, not in any table of this library.
class Answer final : public Metric {
 public:
  explicit Answer(const Site&) {}
  [[nodiscard]] double value(
      const LayerRecord&, const MetricContext&) const override {
    return 42;
  }
};
constinit const Variant<Metric> kAnswer = {
    .info = {.name = "answer", .summary = "always the same"},
    .make = make_plain<Metric, Answer>};

TEST_F(ShownTest, AMetricFromOutsideAppearsEverywhere) {
  write();
  registry_.add(kAnswer);
  const auto json = json_card();
  EXPECT_EQ(
      json.at("layers").as_array()[1].at("metrics").at("answer").as_number(),
      42);
  const auto text = terminal_card(card(), Style::kPlain);
  EXPECT_NE(text.find("  answer "), std::string::npos);
  EXPECT_NE(text.find("42.00"), std::string::npos);
  EXPECT_NE(page().find("always the same"), std::string::npos);
}

TEST_F(ShownTest, SeveralRoutingsOfALayerStandBesideEachOther) {
  {
    RunWriter writer(store(), 0);
    for (int64_t step = 1; step <= 70; ++step) {
      StepRecord record;
      record.step = step;
      record.layers = {layer(1, {10, 10}), layer(1, {20, 0})};
      record.layers[0].routing = "gate";
      record.layers[1].routing = "table";
      record.layers[1].losses = {{"switch", 2.0}};
      writer.add(record);
    }
  }
  const RunReader reader(store());
  EXPECT_EQ(reader.routings(1), (std::vector<std::string>{"gate", "table"}));
  const auto last = reader.layer_steps(1, 70, 70, "table").at(0).second;
  EXPECT_EQ(last.counts.demand, (std::vector<int64_t>{20, 0}));
  EXPECT_EQ(last.losses.at(0).second, 2);
  EXPECT_EQ(reader.heat(1, 4, "table").columns.at(0).at(0), 20);
  const auto one = json_card().at("layers").as_array()[1];
  EXPECT_EQ(one.at("routing").as_string(), "gate");
  const auto other = one.at("other_routings").as_array()[0];
  EXPECT_EQ(other.at("metrics").at("dead-experts").as_number(), 1);
  EXPECT_NE(
      terminal_card(card(), Style::kPlain).find("1 table"), std::string::npos);
  EXPECT_NE(page().find("layer 1 table"), std::string::npos);
}

TEST_F(ShownTest, ManyLayersAreShownByTheirWorst) {
  write();
  auto many = card();
  for (int32_t layer = 3; layer < 12; ++layer) {
    many.layers.push_back(many.layers[1]);
    many.layers.back().layer = layer;
  }
  const auto text = terminal_card(many, Style::kPlain);
  EXPECT_NE(text.find("in layer"), std::string::npos);
  EXPECT_EQ(text.find("layer 11"), std::string::npos);
}

TEST_F(ShownTest, TracksAreMeansOfEquallyLongStretches) {
  write();
  const RunReader reader(store());
  const auto metrics = make_metrics(registry_);
  const auto track =
      read_track(reader, metrics, {.layer = 2, .top_k = 1, .stretches = 12});
  ASSERT_EQ(track.step.size(), 12U);
  EXPECT_DOUBLE_EQ(track.step[0], 5.5);
  EXPECT_DOUBLE_EQ(track.step[11], 115.5);
  ASSERT_EQ(track.metrics.size(), metrics.size());
  EXPECT_EQ(track.metrics[0].info->name, "max-vio");
  EXPECT_DOUBLE_EQ(track.metrics[0].value[3], 1.0);
  EXPECT_GT(track.metrics[0].expected[3], 0.05);
}

}  // namespace
}  // namespace moestro
