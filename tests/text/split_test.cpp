// SPDX-License-Identifier: Apache-2.0
#include "moestro/text/split.h"

#include <set>

#include <gtest/gtest.h>

namespace moestro {
namespace {

std::vector<std::string> numbered(int count, size_t bytes) {
  std::vector<std::string> documents;
  for (int i = 0; i < count; ++i) {
    auto text = std::to_string(i) + " ";
    text.resize(bytes, 'x');
    documents.push_back(text);
  }
  return documents;
}

std::set<std::string> texts_of(const Documents& docs) {
  std::set<std::string> texts;
  for (size_t i = 0; i < docs.size(); ++i) {
    texts.emplace(docs[i].begin(), docs[i].end());
  }
  return texts;
}

TEST(Split, TheShareOfDocumentsValidates) {
  const auto split = split_documents(numbered(1000, 20), {0.1, 0});
  EXPECT_EQ(split.train.size() + split.valid.size(), 1000U);
  EXPECT_NEAR(static_cast<double>(split.valid.size()), 100, 30);
}

TEST(Split, ADocumentKeepsItsSideWhenOthersCome) {
  const auto few = split_documents(numbered(500, 20), {0.1, 0});
  const auto many = split_documents(numbered(1000, 20), {0.1, 0});
  const auto valid = texts_of(many.valid);
  for (const auto& text : texts_of(few.valid)) {
    EXPECT_TRUE(valid.contains(text));
  }
}

TEST(Split, TheOrderOfTheInputDoesNotMatter) {
  auto documents = numbered(50, 20);
  const auto forward = split_documents(documents, {0.2, 0});
  std::reverse(documents.begin(), documents.end());
  const auto backward = split_documents(documents, {0.2, 0});
  EXPECT_EQ(forward.train.bytes, backward.train.bytes);
  EXPECT_EQ(forward.valid.bytes, backward.valid.bytes);
}

TEST(Split, CopiesAreDropped) {
  auto documents = numbered(5, 20);
  documents.push_back(documents[0]);
  const auto split = split_documents(documents, {0, 0});
  EXPECT_EQ(split.train.size(), 5U);
}

TEST(Split, LeastBytesAreTakenBeyondTheShare) {
  const auto split = split_documents(numbered(100, 20), {0.0, 100});
  EXPECT_EQ(split.valid.bytes.size(), 100U);
  EXPECT_EQ(split.train.bytes.size(), 1900U);
}

TEST(Split, ASingleDocumentGivesItsTail) {
  const auto split = split_documents({"0123456789abcdefghij"}, {0.05, 6});
  EXPECT_EQ(texts_of(split.train), std::set<std::string>{"0123456789abcd"});
  EXPECT_EQ(texts_of(split.valid), std::set<std::string>{"efghij"});
}

TEST(Split, TheTailStartsAtACharacter) {
  const auto split = split_documents({"aaaaaaéb"}, {0.05, 2});
  EXPECT_EQ(texts_of(split.valid), std::set<std::string>{"éb"});
}

TEST(Split, NeverMoreThanHalfValidates) {
  const auto split = split_documents(numbered(10, 10), {1.0, 1000});
  EXPECT_LE(split.valid.bytes.size(), 60U);
  EXPECT_GE(split.train.size(), 4U);
}

}  // namespace
}  // namespace moestro
