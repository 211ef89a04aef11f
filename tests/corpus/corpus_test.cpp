// SPDX-License-Identifier: Apache-2.0
#include "moestro/corpus/corpus.h"

#include "moestro/base/file.h"
#include "moestro/text/documents.h"
#include "tests/text/data_folder.h"

namespace moestro {
namespace {

constexpr auto kQuiet = [](std::string_view) {};

class Corpus : public DataFolder {
 protected:
  // Two domains whose packages were fetched.
  CorpusOptions two_domains() const {
    for (int i = 0; i < 40; ++i) {
      const auto name = std::to_string(i);
      put("deb/root/manpages-de/usr/share/man/de/" + name + ".gz",
          prose("zahl " + name, 2000));
      put("deb/root/git-doc/usr/share/doc/git-doc/" + name + ".txt",
          prose("git " + name, 2000));
    }
    put("deb/root/manpages-de/VERSION", "4.18-1\n");
    put("deb/root/git-doc/VERSION", "2.39-1\n");
    CorpusOptions options;
    options.origin.packages = folder_ / "deb";
    options.output = folder_ / "corpus";
    options.domains = {"docs", "man-de"};
    options.cap = 40'000;
    options.least_valid = 4000;
    return options;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry :
         std::filesystem::directory_iterator(folder_ / "corpus")) {
      out.push_back(entry.path().filename().string());
    }
    return out;
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
  EXPECT_TRUE(stats.missing.empty());
}

TEST_F(Corpus, TheManifestNamesPackagesWithVersionAndLicence) {
  build_corpus(two_domains(), kQuiet);
  const auto stats = describe_corpus(folder_ / "corpus");
  ASSERT_EQ(stats.domains.size(), 2U);
  EXPECT_EQ(stats.name, "debmix-v2");
  EXPECT_EQ(stats.domains[0].name, "docs");
  ASSERT_EQ(stats.domains[0].packages.size(), 1U);
  EXPECT_EQ(stats.domains[0].packages[0].name, "git-doc");
  EXPECT_EQ(stats.domains[0].packages[0].version, "2.39-1");
  EXPECT_EQ(stats.domains[0].packages[0].licence, "GPL-2");
  EXPECT_EQ(stats.domains[0].train.xxh3.bytes.size(), 16U);
  EXPECT_FALSE(stats.domains[0].sample.empty());
}

TEST_F(Corpus, SameInputsGiveTheSameBytes) {
  const auto options = two_domains();
  build_corpus(options, kQuiet);
  const auto manifest = read_file(options.output / "manifest.json");
  const auto shard = read_file(options.output / "docs.train.bin");
  build_corpus(options, kQuiet);
  EXPECT_EQ(read_file(options.output / "manifest.json"), manifest);
  EXPECT_EQ(read_file(options.output / "docs.train.bin"), shard);
}

TEST_F(Corpus, AnotherSeedKeepsOtherDocuments) {
  auto options = two_domains();
  const auto one = build_corpus(options, kQuiet);
  options.seed = 2;
  options.force = true;
  const auto two = build_corpus(options, kQuiet);
  EXPECT_NE(one.domains[0].train.xxh3.bytes, two.domains[0].train.xxh3.bytes);
}

TEST_F(Corpus, PackagesThatAreMissingAreNamedAndNothingElseIsRead) {
  auto options = two_domains();
  options.domains = {"docs", "man-de", "prose"};
  const auto message = data_failure([&] { build_corpus(options, kQuiet); });
  EXPECT_NE(message.find("prose: r-cran-janeaustenr"), std::string::npos);
  EXPECT_NE(message.find("--domains docs,man-de"), std::string::npos);
  options.domains.clear();
  EXPECT_NE(
      data_failure([&] {
        build_corpus(options, kQuiet);
      }).find("law: debian-policy, developers-reference"),
      std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(options.output));
}

TEST_F(Corpus, OneDomainIsNotEnough) {
  auto options = two_domains();
  options.domains = {"docs"};
  const auto message = data_failure([&] { build_corpus(options, kQuiet); });
  EXPECT_NE(message.find("tools/fetch_corpus.sh"), std::string::npos);
}

TEST_F(Corpus, InstalledPackagesAreThoseThatDpkgKnows) {
  auto options = two_domains();
  for (const auto* package : {"git-doc", "manpages-de"}) {
    std::filesystem::copy(
        folder_ / "deb/root" / package,
        folder_ / "machine",
        std::filesystem::copy_options::recursive |
            std::filesystem::copy_options::overwrite_existing);
  }
  put("machine/var/lib/dpkg/status",
      "Package: git-doc\nStatus: install ok installed\nVersion: 2.39-1\n\n"
      "Package: other\nVersion: 1\n");
  options.origin = {.root = folder_ / "machine"};
  const auto message = data_failure([&] { build_corpus(options, kQuiet); });
  EXPECT_NE(message.find("man-de: manpages-de"), std::string::npos);
  EXPECT_EQ(message.find("git-doc"), std::string::npos);
}

TEST_F(Corpus, ACorpusThatDiffersIsKeptUntilForced) {
  auto options = two_domains();
  build_corpus(options, kQuiet);
  const auto manifest = read_file(options.output / "manifest.json");
  options.seed = 2;
  const auto message = data_failure([&] { build_corpus(options, kQuiet); });
  EXPECT_NE(message.find("--force"), std::string::npos);
  EXPECT_EQ(read_file(options.output / "manifest.json"), manifest);
  put("corpus/stale.train.bin", "of an older build");
  options.force = true;
  build_corpus(options, kQuiet);
  EXPECT_NE(read_file(options.output / "manifest.json"), manifest);
  EXPECT_EQ(names().size(), 9U);
}

TEST_F(Corpus, AFolderOfSomethingElseIsKept) {
  const auto options = two_domains();
  put("corpus/letter.txt", "dear");
  const auto message = data_failure([&] { build_corpus(options, kQuiet); });
  EXPECT_NE(message.find("did not make it"), std::string::npos);
  EXPECT_EQ(names(), std::vector<std::string>{"letter.txt"});
}

TEST_F(Corpus, NothingIsLeftBesideIt) {
  build_corpus(two_domains(), kQuiet);
  auto options = two_domains();
  options.seed = 2;
  (void)data_failure([&] { build_corpus(options, kQuiet); });
  int64_t hidden = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    hidden += entry.path().filename().string().starts_with(".") ? 1 : 0;
  }
  EXPECT_EQ(hidden, 0);
}

TEST_F(Corpus, OwnTextIsBuiltAsItIsRead) {
  put("mine/law/a.txt", prose("law", 30'000));
  put("mine/poems/b.txt", prose("rose", 30'000));
  const auto built =
      build_own_corpus(folder_ / "mine", folder_ / "corpus", false);
  const auto read = describe_corpus(folder_ / "mine");
  ASSERT_EQ(built.domains.size(), 2U);
  EXPECT_EQ(built.domains[1].name, "poems");
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(
        built.domains[i].train.xxh3.bytes, read.domains[i].train.xxh3.bytes);
    EXPECT_EQ(
        built.domains[i].valid.xxh3.bytes, read.domains[i].valid.xxh3.bytes);
  }
  EXPECT_EQ(describe_corpus(folder_ / "corpus").name, "own text");
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
  put("corpus/docs.train.bin", "short");
  const auto message =
      data_failure([&] { (void)describe_corpus(options.output); });
  EXPECT_NE(message.find("docs.train.bin is damaged"), std::string::npos);
}

TEST_F(Corpus, LicencesAreQuotedOnce) {
  auto options = two_domains();
  options.domains = {"docs", "law"};
  const auto licence = prose("Permission is granted", 3000);
  for (const auto* package :
       {"debian-policy",
        "developers-reference",
        "base-files",
        "linux-libc-dev",
        "libsoftware-license-perl",
        "manpages-de"}) {
    put(std::string("deb/root/") + package + "/VERSION", "1\n");
  }
  const std::string common = "deb/root/base-files/usr/share/common-licenses/";
  put(common + "A", "First\n\n" + licence);
  put(common + "B", licence + "\n\n" + prose("Another", 3000));
  const auto stats = build_corpus(options, kQuiet);
  ASSERT_EQ(stats.domains.size(), 2U);
  EXPECT_EQ(stats.domains[1].name, "law");
  EXPECT_LT(stats.domains[1].train.bytes + stats.domains[1].valid.bytes, 6500);
}

}  // namespace
}  // namespace moestro
