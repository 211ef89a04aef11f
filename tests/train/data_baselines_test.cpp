// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <utility>

#include <gtest/gtest.h>

#include "moestro/train/data/baselines.h"
#include "moestro/train/data/ngram.h"

namespace moestro {
namespace {

std::vector<uint8_t> bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

double probability(
    const NgramModel& model, std::string_view history, char next) {
  return model.probability(bytes_of(history), static_cast<uint8_t>(next));
}

NgramModel learned(int order, std::string_view text) {
  Documents docs;
  docs.append(text);
  NgramModel model(order);
  model.learn(docs);
  return model;
}

TEST(Ngram, NothingLearnedIsUniform) {
  EXPECT_DOUBLE_EQ(probability(NgramModel(3), "abc", 'd'), 1.0 / 256);
}

// aab: counts a 2, b 1; two kinds in three occurrences.
TEST(Ngram, OrderZeroBlendsWithUniform) {
  const auto model = learned(0, "aab");
  EXPECT_DOUBLE_EQ(probability(model, "", 'a'), (2 + 2 / 256.0) / 5);
  EXPECT_DOUBLE_EQ(probability(model, "zz", 'b'), (1 + 2 / 256.0) / 5);
  EXPECT_DOUBLE_EQ(probability(model, "", 'z'), (0 + 2 / 256.0) / 5);
}

// After a: a once, b once. After b: nothing, so order 0 answers.
TEST(Ngram, OrderOneBlendsWithOrderZero) {
  const auto model = learned(1, "aab");
  const double zero_b = (1 + 2 / 256.0) / 5;
  EXPECT_DOUBLE_EQ(probability(model, "a", 'b'), (1 + 2 * zero_b) / 4);
  EXPECT_DOUBLE_EQ(probability(model, "b", 'b'), zero_b);
}

// abac: after ab: a once (one kind); after b: a once; a is seen twice of four,
// three kinds.
TEST(Ngram, OrderTwoByHand) {
  const auto model = learned(2, "abac");
  const double zero = (2 + 3 / 256.0) / 7;
  const double one = (1 + zero) / 2;
  EXPECT_DOUBLE_EQ(probability(model, "ab", 'a'), (1 + one) / 2);
  EXPECT_DOUBLE_EQ(probability(model, "xab", 'a'), (1 + one) / 2);
}

TEST(Ngram, ALowerOrderOfAHigherModelIsThatModel) {
  const auto three = learned(3, "the theory of the thing then");
  const auto two = learned(2, "the theory of the thing then");
  const auto history = bytes_of("of the");
  EXPECT_DOUBLE_EQ(
      three.probability_up_to(2, history, 'o'), two.probability(history, 'o'));
}

TEST(Ngram, ProbabilitiesSumToOne) {
  const auto model = learned(3, "she sells sea shells by the sea shore");
  for (const std::string_view history : {"", "s", "se", "sea", "xyz", "zse"}) {
    double sum = 0;
    for (int b = 0; b < 256; ++b) {
      sum += probability(model, history, static_cast<char>(b));
    }
    EXPECT_NEAR(sum, 1, 1e-12) << history;
  }
}

TEST(Ngram, HistoriesDoNotCrossDocuments) {
  Documents docs;
  docs.append("aa");
  docs.append("bb");
  NgramModel model(1);
  model.learn(docs);
  const double zero_b = (2 + 2 / 256.0) / 6;
  EXPECT_DOUBLE_EQ(probability(model, "a", 'b'), zero_b / 2);
}

TEST(Ngram, LearningInPartsIsLearningAtOnce) {
  Documents one, two, both;
  one.append("abracadabra");
  two.append("cadabraabra");
  both.append("abracadabra");
  both.append("cadabraabra");
  NgramModel parts(3), whole(3);
  parts.learn(one);
  parts.learn(two);
  whole.learn(both);
  for (const char next : {'a', 'b', 'c', 'd', 'x'}) {
    EXPECT_DOUBLE_EQ(
        probability(parts, "dab", next), probability(whole, "dab", next));
  }
}

Dataset repeated() {
  std::vector<DatasetDomain> domains(1);
  std::string text;
  for (int i = 0; i < 2000; ++i) {
    text += "abcd";
  }
  domains[0].train.append(text);
  domains[0].valid.append(text.substr(0, 1025));
  return {std::move(domains), 64};
}

TEST(Baselines, ScoreExactlyTheWindowsTheyAreGiven) {
  const auto data = repeated();
  const auto windows = data.valid(4);
  NgramModel model(3);
  model.learn(data.domains()[0].train);
  double bits = 0;
  for (const auto& w : windows) {
    for (size_t i = 1; i <= 64; ++i) {
      bits -= std::log2(model.probability(w.bytes.first(i), w.bytes[i]));
    }
  }
  const auto baselines = measure_baselines(data, windows);
  EXPECT_NEAR(baselines.order3_bits_per_byte, bits / (4 * 64), 1e-12);
}

TEST(Baselines, ARegularTextIsCheap) {
  const auto data = repeated();
  const auto baselines = measure_baselines(data, data.valid(16));
  EXPECT_LT(baselines.order3_bits_per_byte, 0.01);
  EXPECT_LT(baselines.order2_bits_per_byte, 0.01);
  EXPECT_LT(baselines.zstd_bits_per_byte, 0.5);
}

TEST(Baselines, ZstdSeesOneDomainAtATime) {
  const auto text = bytes_of("0123456789abcdefghijklmnopqrstuvwxyz");
  const Window a{0, text}, b{1, text}, again{0, text};
  const std::vector<Window> apart{a, b}, together{a, again};
  EXPECT_LT(zstd_bits_per_byte(together), zstd_bits_per_byte(apart));
}

}  // namespace
}  // namespace moestro
