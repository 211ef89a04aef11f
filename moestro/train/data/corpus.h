// SPDX-License-Identifier: Apache-2.0
// The corpus "debmix-v1": real text of Debian packages in eight labelled
// domains of about equal size, as byte shards with a manifest. Same files, same
// bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/train/data/sources.h"

MOESTRO_API_BEGIN
namespace moestro {

struct CorpusOptions {
  std::filesystem::path packages;  // folder of tools/fetch_corpus.sh
  std::filesystem::path root = "/";
  std::filesystem::path output;
  int64_t cap = 3'000'000;        // bytes of a domain, both splits together
  int64_t least_valid = 131'072;  // validation bytes of a domain
  double valid_share = 0.05;
  uint64_t seed = 1;  // which documents stay when there are too many
};

struct SplitStats {
  int64_t documents = 0, bytes = 0;
  std::string xxh3;  // of the bytes; empty for a user's own text
};

struct DomainStats {
  std::string name, about;
  std::vector<PackageUse> packages;
  SplitStats train, valid;
  std::string sample;  // one line of the training text
};

struct CorpusStats {
  std::string name;  // "debmix-v1"; "own text" for a folder without manifest
  std::vector<DomainStats> domains;
  std::vector<std::string> missing;  // domains without text
};

using Progress = std::function<void(std::string_view line)>;

// Writes OUTPUT/<domain>.train.bin, .train.offsets, .valid.bin, .valid.offsets
// and manifest.json. DataError when fewer than two domains have text.
CorpusStats build_corpus(
    const CorpusOptions& options, const Progress& progress);

// A built corpus or a user's own folder.
[[nodiscard]] CorpusStats describe_corpus(const std::filesystem::path& path);

[[nodiscard]] bool is_built_corpus(const std::filesystem::path& path);

}  // namespace moestro
MOESTRO_API_END
