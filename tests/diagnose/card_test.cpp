// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/card.h"

#include <cmath>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/diagnose/core_registry.h"
#include "moestro/diagnose/sentences.h"
#include "tests/serve/made_run.h"

namespace moestro {
namespace {

class CardTest : public MadeRun {
 protected:
  Card card() const { return read_card(run_, registry_); }

  static Row row(const std::vector<Row>& rows, std::string_view name) {
    for (const auto& row : rows) {
      if (row.info->name == name) {
        return row;
      }
    }
    return {};
  }
  static WorstRow worst(const Card& card, std::string_view name) {
    for (const auto& worst : card.worst) {
      if (worst.row.info->name == name) {
        return worst;
      }
    }
    return {};
  }

  Registry registry_ = core_registry();
};

TEST_F(CardTest, LossesAreTheLastHundredStepsAndTheLastEvaluation) {
  write();
  const auto loss = card().loss;
  EXPECT_DOUBLE_EQ(*loss.train_lm, 2.0);
  EXPECT_DOUBLE_EQ(*loss.valid_lm, 1.5);
  EXPECT_DOUBLE_EQ(*loss.valid_bits_per_byte, 2.164);
}

TEST_F(CardTest, MetricsOfALayerByHand) {
  write();
  const auto all = card();
  ASSERT_EQ(all.layers.size(), 3U);
  EXPECT_FALSE(all.layers[0].routes());
  const auto& layer = all.layers[2];
  EXPECT_EQ(layer.rows.size(), registry_.names("metric").size());
  EXPECT_DOUBLE_EQ(*row(layer.rows, "max-vio").value, 1.0);
  EXPECT_DOUBLE_EQ(*row(layer.rows, "min-load").value, 0.0);
  EXPECT_DOUBLE_EQ(*row(layer.rows, "dead-experts").value, 1.0);
  EXPECT_DOUBLE_EQ(*row(layer.rows, "drop-rate").value, 0.125);
  EXPECT_NEAR(
      *row(layer.rows, "effective-experts").value,
      std::exp(1.5 * std::log(2.0)),
      1e-9);
  EXPECT_EQ(layer.loads, (std::vector<double>{2, 1, 1, 0}));
}

TEST_F(CardTest, HealthIsThatOfEachLayer) {
  write();
  const auto all = card();
  const auto health = [&](size_t layer, std::string_view name) {
    return row(all.layers[layer].rows, name).health;
  };
  EXPECT_EQ(health(1, "max-vio"), Health::kFine);
  EXPECT_EQ(health(2, "max-vio"), Health::kBad);
  EXPECT_EQ(health(1, "dead-experts"), Health::kFine);
  EXPECT_EQ(health(2, "dead-experts"), Health::kBad);
  EXPECT_EQ(health(2, "drop-rate"), Health::kWarn);
  EXPECT_EQ(health(2, "cv"), Health::kUnknown);
}

TEST_F(CardTest, TheTopLevelIsTheWorstLayerForEachMetric) {
  write();
  const auto all = card();
  EXPECT_DOUBLE_EQ(*worst(all, "max-vio").row.value, 1.0);
  EXPECT_EQ(worst(all, "max-vio").layer, 2);
  EXPECT_EQ(worst(all, "max-vio").row.health, Health::kBad);
  EXPECT_DOUBLE_EQ(*worst(all, "min-load").row.value, 0.0);
  EXPECT_LT(*worst(all, "effective-experts").row.value, 3);
}

TEST_F(CardTest, WhatNoLayerHasAloneStandsForTheRun) {
  write();
  const auto all = card();
  EXPECT_EQ(row(all.run_rows, "max-vio").info, nullptr);
  EXPECT_EQ(row(all.run_rows, "spike-score").value, 0);
  EXPECT_FALSE(row(all.layers[2].rows, "spike-score").value.has_value());
}

TEST_F(CardTest, TheWindowIsWhatTheRunHas) {
  write(60);
  EXPECT_EQ(card().window, 60);
  write(120);
  EXPECT_EQ(card().window, 100);
}

TEST_F(CardTest, ActiveParametersFollowTheExpertsThatTokensAskFor) {
  write();
  const auto one = card();
  EXPECT_DOUBLE_EQ(*one.experts_per_token, 1);
  EXPECT_DOUBLE_EQ(*one.active_parameters, 2000 - 2 * 3 * 100);
}

TEST_F(CardTest, SpecialisationIsTheMeanOverLayersThatHaveIt) {
  write();
  const auto all = card();
  EXPECT_DOUBLE_EQ(*all.specialisation.domain_mutual_information, 0.2);
  EXPECT_DOUBLE_EQ(*all.specialisation.shuffled, 0.01);
}

TEST_F(CardTest, TimeCountsWorkAndTokens) {
  write();
  const auto all = card();
  EXPECT_DOUBLE_EQ(*all.tokens, 120 * 400.0);
  EXPECT_DOUBLE_EQ(*all.tokens_per_second, 800.0);
  EXPECT_DOUBLE_EQ(*all.wall_seconds, 119.5);
}

TEST_F(CardTest, AFolderWithoutARunIsADataFailure) {
  EXPECT_THROW((void)card(), DataError);
}

TEST_F(CardTest, SentencesNameWhatIsWrong) {
  write();
  const auto list = sentences(card());
  ASSERT_EQ(list.size(), 5U);
  EXPECT_EQ(list[0].tone, Tone::kGood);
  EXPECT_EQ(list[1].tone, Tone::kBad);
  EXPECT_TRUE(list[1].text.starts_with("Layer 2 is more than twice"));
  EXPECT_NE(list[1].text.find("MaxVio 1.00 in layer 2"), std::string::npos);
  EXPECT_EQ(list[2].tone, Tone::kBad);
  EXPECT_NE(list[2].text.find("5 % of the mean load"), std::string::npos);
  EXPECT_EQ(list[3].tone, Tone::kWarn);
  EXPECT_EQ(list[4].tone, Tone::kGood);
}

TEST_F(CardTest, ARunWithoutAnythingSaysSo) {
  {
    RunWriter writer(store(), 0);
  }
  const auto all = card();
  EXPECT_TRUE(all.layers.empty());
  EXPECT_EQ(all.window, 0);
  EXPECT_FALSE(all.experts_per_token.has_value());
  const auto list = sentences(all);
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].text, "No validation loss was recorded yet.");
}

}  // namespace
}  // namespace moestro
