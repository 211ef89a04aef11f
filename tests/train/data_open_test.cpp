// SPDX-License-Identifier: Apache-2.0
#include "moestro/text/manifest.h"
#include "moestro/train/data/dataset.h"
#include "tests/text/data_folder.h"

namespace moestro {
namespace {

class OpenedData : public DataFolder {};

TEST_F(OpenedData, OneSmallFileTrainsAndValidates) {
  put("a.txt", prose("small", 20'000));
  const auto data = open_dataset(folder_, 256);
  EXPECT_EQ(data.num_train(), (20'000 - 4096 - 1) / 256);
  EXPECT_EQ(data.valid(100).size(), (4096 - 1) / 256);
}

TEST_F(OpenedData, TooLittleTextNamesTheDomain) {
  put("tiny/a.txt", prose("tiny", 300));
  const auto message = data_failure([&] { (void)open_dataset(folder_, 256); });
  EXPECT_NE(message.find("tiny"), std::string::npos);
  EXPECT_NE(message.find("model.context"), std::string::npos);
}

TEST_F(OpenedData, ABuiltCorpusHasTheDomainsOfItsManifest) {
  const auto folder = folder_ / "corpus";
  std::filesystem::create_directories(folder);
  CorpusStats stats{.name = "two"};
  for (const auto* name : {"code", "docs"}) {
    SplitDocuments split;
    split.train.append(prose(name, 20'000));
    split.valid.append(prose(name, 2000));
    write_domain(folder, name, split);
    stats.domains.push_back(describe_domain(name, "", split));
  }
  write_manifest(folder, stats);
  const auto data = open_dataset(folder, 128);
  EXPECT_EQ(data.domain_names(), (std::vector<std::string>{"code", "docs"}));
  EXPECT_EQ(data.num_train(), 2 * (20'000 - 1) / 128);
}

}  // namespace
}  // namespace moestro
