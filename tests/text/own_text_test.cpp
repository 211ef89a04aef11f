// SPDX-License-Identifier: Apache-2.0
#include "moestro/text/own_text.h"

#include "moestro/text/manifest.h"
#include "tests/text/data_folder.h"

namespace moestro {
namespace {

class OwnText : public DataFolder {};

TEST_F(OwnText, SubFoldersAreDomainsAndTheTopLevelIsText) {
  put("a.txt", "top");
  put("law/deep/b.txt", "law");
  put("prose/c.txt", "prose");
  put("prose/notes.md", "not read");
  const auto domains = read_own_text(folder_);
  ASSERT_EQ(domains.size(), 3U);
  EXPECT_EQ(domains[0].name, "law");
  EXPECT_EQ(domains[1].name, "prose");
  EXPECT_EQ(domains[1].documents, std::vector<std::string>{"prose"});
  EXPECT_EQ(domains[2].name, "text");
}

TEST_F(OwnText, EachLineOfJsonlIsADocument) {
  put("a.jsonl", "{\"text\":\"one\\n\"}\n\n{\"id\":3,\"text\":\"two\"}\n");
  const auto domains = read_own_text(folder_);
  ASSERT_EQ(domains.size(), 1U);
  EXPECT_EQ(domains[0].documents, (std::vector<std::string>{"one\n", "two"}));
}

TEST_F(OwnText, JsonlWithoutTextNamesFileAndLine) {
  put("a.jsonl", "{\"text\":\"one\"}\n{\"body\":\"two\"}\n");
  const auto message = data_failure([&] { (void)read_own_text(folder_); });
  EXPECT_NE(message.find("a.jsonl:2"), std::string::npos);
}

TEST_F(OwnText, EmptyFilesAreNamed) {
  put("empty.txt", "");
  const auto message = data_failure([&] { (void)read_own_text(folder_); });
  EXPECT_NE(message.find("empty.txt"), std::string::npos);
}

TEST_F(OwnText, BinaryFilesAreNamed) {
  put("nul.txt", std::string_view("a\0b", 3));
  const auto nul = data_failure([&] { (void)read_own_text(folder_); });
  EXPECT_NE(nul.find("nul.txt"), std::string::npos);
  const auto path = put("x/control.txt", "\x01\x02\x03 abc");
  const auto control = data_failure([&] { (void)read_own_text(path); });
  EXPECT_NE(control.find("control.txt"), std::string::npos);
}

TEST_F(OwnText, MissingAndEmptyFoldersAreNamed) {
  const auto missing =
      data_failure([&] { (void)read_own_text(folder_ / "none"); });
  EXPECT_NE(missing.find("none does not exist"), std::string::npos);
  const auto empty = data_failure([&] { (void)read_own_text(folder_); });
  EXPECT_NE(empty.find("no .txt or .jsonl"), std::string::npos);
}

TEST_F(OwnText, IsDescribedLikeACorpus) {
  put("a/a.txt", prose("a", 20'000));
  const auto stats = describe_corpus(folder_);
  ASSERT_EQ(stats.domains.size(), 1U);
  EXPECT_EQ(stats.domains[0].name, "a");
  EXPECT_EQ(stats.domains[0].train.bytes, 20'000 - 4096);
  EXPECT_TRUE(stats.missing.empty());
}

}  // namespace
}  // namespace moestro
