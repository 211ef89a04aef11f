// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/card.h"

#include <cmath>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/serve/html.h"
#include "moestro/serve/terminal.h"
#include "moestro/serve/track.h"
#include "moestro/serve/verdict.h"
#include "tests/serve/made_run.h"

namespace moestro {
namespace {

class CardTest : public MadeRun {};

TEST_F(CardTest, LossesAreTheLastHundredStepsAndTheLastEvaluation) {
  write();
  const auto card = read_card(run_);
  EXPECT_DOUBLE_EQ(*card.loss.train_lm, 2.0);
  EXPECT_DOUBLE_EQ(*card.loss.valid_lm, 1.5);
  EXPECT_DOUBLE_EQ(*card.loss.valid_bits_per_byte, 2.164);
  EXPECT_DOUBLE_EQ(*card.loss.order3_bits_per_byte, 2.5);
  EXPECT_FALSE(card.loss.zstd_bits_per_byte.has_value());
}

TEST_F(CardTest, BalanceOfALayerByHand) {
  write();
  const auto card = read_card(run_);
  ASSERT_EQ(card.layers.size(), 3U);
  EXPECT_FALSE(card.layers[0].balance.has_value());
  ASSERT_TRUE(card.layers[2].balance.has_value());
  const auto& balance = *card.layers[2].balance;
  EXPECT_DOUBLE_EQ(*balance.max_vio, 1.0);
  EXPECT_DOUBLE_EQ(*balance.min_load, 0.0);
  EXPECT_DOUBLE_EQ(*balance.dead_experts, 1.0);
  EXPECT_DOUBLE_EQ(*balance.drop_rate, 0.125);
  EXPECT_NEAR(*balance.effective_experts, std::exp(1.5 * std::log(2.0)), 1e-9);
  EXPECT_EQ(card.layers[2].loads, (std::vector<double>{2, 1, 1, 0}));
}

TEST_F(CardTest, TheTopLevelIsTheWorstLayerForEachKey) {
  write();
  const auto card = read_card(run_);
  EXPECT_DOUBLE_EQ(*card.balance.max_vio, 1.0);
  EXPECT_DOUBLE_EQ(*card.balance.min_load, 0.0);
  EXPECT_LT(*card.balance.effective_experts, 3);
}

TEST_F(CardTest, SpecialisationIsTheMeanOverLayersThatHaveIt) {
  write();
  const auto card = read_card(run_);
  EXPECT_DOUBLE_EQ(*card.specialisation.domain_mutual_information, 0.2);
  EXPECT_DOUBLE_EQ(*card.specialisation.shuffled, 0.01);
}

TEST_F(CardTest, TimeCountsWorkAndTokens) {
  write();
  const auto card = read_card(run_);
  EXPECT_DOUBLE_EQ(*card.tokens, 120 * 400.0);
  EXPECT_DOUBLE_EQ(*card.tokens_per_second, 800.0);
  EXPECT_DOUBLE_EQ(*card.wall_seconds, 119.5);
}

TEST_F(CardTest, JsonHasTheAgreedKeys) {
  write();
  const auto json = to_json(read_card(run_));
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
          "tokens",
          "finished",
          "loss",
          "balance",
          "specialisation",
          "time",
          "layers"}));
  EXPECT_EQ(json.at("layers").as_array()[0].find("balance"), nullptr);
  EXPECT_EQ(json.at("balance").at("dead_experts").as_int(), 1);
  EXPECT_TRUE(
      json.at("loss").at("baselines").at("zstd_bits_per_byte").is_null());
}

TEST_F(CardTest, ARunWithoutAnythingHasNullsAndDashes) {
  {
    RunWriter writer(store(), 0);
  }
  const auto card = read_card(run_);
  const auto json = to_json(card);
  EXPECT_TRUE(json.at("recipe").is_null());
  EXPECT_TRUE(json.at("loss").at("train_lm").is_null());
  EXPECT_TRUE(json.at("balance").at("max_vio").is_null());
  EXPECT_TRUE(json.at("layers").as_array().empty());
  EXPECT_FALSE(card.finished);
  EXPECT_NE(terminal_card(card, Style::kPlain).find("–"), std::string::npos);
  const RunReader reader(store());
  EXPECT_NE(html_report(reader, card).find("</html>"), std::string::npos);
}

TEST_F(CardTest, AFolderWithoutARunIsADataFailure) {
  try {
    (void)read_card(run_);
    FAIL() << "expected an error";
  } catch (const DataError& failure) {
  }
}

TEST_F(CardTest, TheTerminalCardIsPlainWhenAsked) {
  write();
  const auto text = terminal_card(read_card(run_), Style::kPlain);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("dense"), std::string::npos);
  EXPECT_NE(text.find("████"), std::string::npos);
  EXPECT_NE(
      terminal_card(read_card(run_), Style::kColour).find('\x1b'),
      std::string::npos);
}

TEST_F(CardTest, VerdictsNameWhatIsWrong) {
  write();
  const auto list = verdicts(read_card(run_));
  ASSERT_GE(list.size(), 4U);
  EXPECT_EQ(list[0].tone, Tone::kGood);
  EXPECT_EQ(list[1].tone, Tone::kWarn);
  EXPECT_NE(list[1].text.find("Layer 2 "), std::string::npos);
  EXPECT_EQ(list[2].tone, Tone::kBad);
}

TEST_F(CardTest, TheHtmlIsSelfContainedAndEscaped) {
  write();
  const RunReader reader(store());
  const auto html = html_report(reader, read_card(run_));
  for (const auto* outside :
       {"http://", "https://", "<script", "url(", "src="}) {
    EXPECT_EQ(html.find(outside), std::string::npos) << outside;
  }
  EXPECT_NE(html.find("a&lt;b&gt;&amp;&quot;c&quot;"), std::string::npos);
  EXPECT_NE(html.find("&lt;script&gt;"), std::string::npos);
  EXPECT_NE(html.find("prefers-color-scheme:dark"), std::string::npos);
}

TEST_F(CardTest, TheHtmlHasItsSections) {
  write();
  const RunReader reader(store());
  const auto html = html_report(reader, read_card(run_));
  for (const auto* title :
       {"Loss",
        "Layer by layer",
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

TEST_F(CardTest, TracksAreMeansOfEquallyLongStretches) {
  write();
  const RunReader reader(store());
  const auto track = read_track(reader, 2, 12);
  ASSERT_EQ(track.step.size(), 12U);
  EXPECT_DOUBLE_EQ(track.step[0], 5.5);
  EXPECT_DOUBLE_EQ(track.step[11], 115.5);
  EXPECT_DOUBLE_EQ(track.max_vio[3], 1.0);
  EXPECT_DOUBLE_EQ(track.drop_rate[3], 0.125);
}

}  // namespace
}  // namespace moestro
