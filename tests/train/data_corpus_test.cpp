// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/file.h"
#include "moestro/train/data/corpus.h"
#include "moestro/train/data/dataset.h"
#include "moestro/train/data/documents.h"
#include "tests/train/data_folder.h"

namespace moestro {
namespace {

constexpr auto kQuiet = [](std::string_view) {};

class Corpus : public DataFolder {
 protected:
  // Two domains: code from a fetched package, docs from the machine itself.
  CorpusOptions two_domains() const {
    for (int i = 0; i < 40; ++i) {
      const auto name = std::to_string(i);
      put("deb/root/linux-libc-dev/usr/include/linux/a" + name + ".h",
          prose("int x" + name, 2000));
      put("machine/usr/share/doc/git-doc/" + name + ".txt",
          prose("git " + name, 2000));
    }
    put("deb/root/linux-libc-dev/VERSION", "6.1-1\n");
    CorpusOptions options;
    options.packages = folder_ / "deb";
    options.root = folder_ / "machine";
    options.output = folder_ / "corpus";
    options.cap = 40'000;
    options.least_valid = 4000;
    return options;
  }
};

TEST_F(Corpus, DomainsAreCappedAndSplit) {
  const auto stats = build_corpus(two_domains(), kQuiet);
  ASSERT_EQ(stats.domains.size(), 2U);
  for (const auto& domain : stats.domains) {
    EXPECT_GE(domain.valid.bytes, 4000);
    EXPECT_GE(domain.train.bytes + domain.valid.bytes, 40'000);
    EXPECT_LE(domain.train.bytes + domain.valid.bytes, 42'000);
  }
  EXPECT_EQ(stats.missing.size(), 6U);
}

TEST_F(Corpus, TheManifestNamesPackagesWithVersionAndLicence) {
  build_corpus(two_domains(), kQuiet);
  const auto stats = describe_corpus(folder_ / "corpus");
  ASSERT_EQ(stats.domains.size(), 2U);
  EXPECT_EQ(stats.name, "debmix-v1");
  EXPECT_EQ(stats.domains[0].name, "code");
  ASSERT_EQ(stats.domains[0].packages.size(), 1U);
  EXPECT_EQ(stats.domains[0].packages[0].name, "linux-libc-dev");
  EXPECT_EQ(stats.domains[0].packages[0].version, "6.1-1");
  EXPECT_EQ(stats.domains[0].packages[0].licence, "GPL-2");
  EXPECT_EQ(stats.domains[0].train.xxh3.size(), 16U);
  EXPECT_FALSE(stats.domains[0].sample.empty());
}

TEST_F(Corpus, SameInputsGiveTheSameBytes) {
  const auto options = two_domains();
  build_corpus(options, kQuiet);
  const auto manifest = read_file(options.output / "manifest.json");
  const auto shard = read_file(options.output / "code.train.bin");
  build_corpus(options, kQuiet);
  EXPECT_EQ(read_file(options.output / "manifest.json"), manifest);
  EXPECT_EQ(read_file(options.output / "code.train.bin"), shard);
}

TEST_F(Corpus, AnotherSeedKeepsOtherDocuments) {
  auto options = two_domains();
  const auto one = build_corpus(options, kQuiet);
  options.seed = 2;
  const auto two = build_corpus(options, kQuiet);
  EXPECT_NE(one.domains[0].train.xxh3, two.domains[0].train.xxh3);
}

TEST_F(Corpus, OneDomainIsNotEnough) {
  auto options = two_domains();
  options.root = folder_ / "nothing";
  const auto message = data_failure([&] { build_corpus(options, kQuiet); });
  EXPECT_NE(message.find("tools/fetch_corpus.sh"), std::string::npos);
}

TEST_F(Corpus, ADatasetOpensIt) {
  build_corpus(two_domains(), kQuiet);
  const auto data = open_dataset(folder_ / "corpus", 128);
  EXPECT_EQ(data.domain_names(), (std::vector<std::string>{"code", "docs"}));
  EXPECT_GT(data.num_train(), 400U);
}

TEST_F(Corpus, ANewerManifestIsRefused) {
  put("corpus/manifest.json", R"({"version":2})");
  const auto message =
      data_failure([&] { (void)describe_corpus(folder_ / "corpus"); });
  EXPECT_NE(message.find("version 2"), std::string::npos);
}

TEST_F(Corpus, AShardThatDoesNotFitIsRefused) {
  const auto options = two_domains();
  build_corpus(options, kQuiet);
  put("corpus/code.train.bin", "short");
  const auto message =
      data_failure([&] { (void)open_dataset(options.output, 128); });
  EXPECT_NE(message.find("code.train.offsets"), std::string::npos);
}

TEST_F(Corpus, LicencesAreQuotedOnce) {
  const auto options = two_domains();
  const auto licence = prose("Permission is granted", 3000);
  put("machine/usr/share/doc/a/copyright", "First\n\n" + licence);
  put("machine/usr/share/doc/b/copyright",
      licence + "\n\n" + prose("Another", 3000));
  const auto stats = build_corpus(options, kQuiet);
  ASSERT_EQ(stats.domains.size(), 3U);
  EXPECT_EQ(stats.domains[2].name, "law");
  EXPECT_LT(stats.domains[2].train.bytes + stats.domains[2].valid.bytes, 6500);
}

}  // namespace
}  // namespace moestro
