// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/train/data/dataset.h"

namespace moestro {
namespace {

std::string text_of(const Window& window) {
  return {window.bytes.begin(), window.bytes.end()};
}

// Context 3, windows of 4 bytes: two training windows in a, three in b; two
// validation windows in a, four in b.
Dataset small() {
  std::vector<DatasetDomain> domains(2);
  domains[0].name = "a";
  domains[0].train.append("abcdefgh");
  domains[0].train.append("xyz");  // too short for a window
  domains[0].valid.append("ABCDEFG");
  domains[1].name = "b";
  domains[1].train.append("0123456");
  domains[1].train.append("789-");
  domains[1].valid.append("stuvwxyzSTUVW");
  return {std::move(domains), 3};
}

std::multiset<std::string> epoch(
    const Dataset& data, uint64_t seed, uint64_t number) {
  std::multiset<std::string> texts;
  for (uint64_t i = 0; i < data.num_train(); ++i) {
    texts.insert(text_of(data.train(seed, number * data.num_train() + i)));
  }
  return texts;
}

TEST(Dataset, WindowsOverlapByOneByteAndNeverCrossDocuments) {
  EXPECT_EQ(
      epoch(small(), 1, 0),
      (std::multiset<std::string>{"abcd", "defg", "0123", "3456", "789-"}));
}

TEST(Dataset, EveryEpochHoldsEveryWindowOnce) {
  const auto data = small();
  EXPECT_EQ(epoch(data, 1, 0), epoch(data, 1, 7));
  EXPECT_EQ(epoch(data, 1, 0), epoch(data, 2, 0));
}

TEST(Dataset, TheOrderIsAFunctionOfSeedAndPosition) {
  std::vector<DatasetDomain> domains(1);
  domains[0].train.append(std::string(3000, 'x'));
  domains[0].valid.append("abcd");
  const Dataset data(std::move(domains), 3);
  int same_epoch = 0, same_seed = 0;
  for (uint64_t i = 0; i < data.num_train(); ++i) {
    const auto* at = data.train(5, i).bytes.data();
    EXPECT_EQ(at, data.train(5, i).bytes.data());
    same_epoch += at == data.train(5, i + data.num_train()).bytes.data();
    same_seed += at == data.train(6, i).bytes.data();
  }
  EXPECT_LT(same_epoch, 20);
  EXPECT_LT(same_seed, 20);
}

TEST(Dataset, WindowsKnowTheirDomain) {
  const auto data = small();
  for (uint64_t i = 0; i < data.num_train(); ++i) {
    const auto window = data.train(1, i);
    EXPECT_EQ(window.domain, window.bytes[0] < 'a' ? 1 : 0);
  }
}

TEST(Dataset, ValidationTakesEquallyManyWindowsOfEachDomain) {
  const auto windows = small().valid(2);
  ASSERT_EQ(windows.size(), 4U);
  const auto data = small();
  const auto kept = data.valid(100);
  ASSERT_EQ(kept.size(), 4U);
  EXPECT_EQ(text_of(kept[0]), "ABCD");
  EXPECT_EQ(text_of(kept[1]), "DEFG");
  EXPECT_EQ(text_of(kept[2]), "stuv");
  EXPECT_EQ(text_of(kept[3]), "yzST");
  EXPECT_EQ(kept[3].domain, 1);
}

TEST(Dataset, ADomainWithoutAWindowIsRefused) {
  std::vector<DatasetDomain> domains(1);
  domains[0].name = "short";
  domains[0].train.append("abc");
  domains[0].valid.append("abcdef");
  EXPECT_THROW(Dataset(std::move(domains), 3), Error);
}

TEST(Dataset, EvaluationCoversEveryByteButTheFirst) {
  const std::string text = "abcdefgh";
  const std::vector<uint8_t> bytes(text.begin(), text.end());
  const auto windows = windows_of(bytes, 3);
  ASSERT_EQ(windows.size(), 3U);
  EXPECT_EQ(text_of(windows[0]), "abcd");
  EXPECT_EQ(text_of(windows[1]), "defg");
  EXPECT_EQ(text_of(windows[2]), "gh");
  EXPECT_EQ(windows_of(std::span(bytes).first(7), 3).size(), 2U);
  EXPECT_TRUE(windows_of(std::span(bytes).first(1), 3).empty());
}

}  // namespace
}  // namespace moestro
