// SPDX-License-Identifier: Apache-2.0
// A corpus on disk: FOLDER/<domain>.train.bin, .train.offsets, .valid.bin,
// .valid.offsets, and manifest.json, which says what they are and where they
// came from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/text/documents.h"
#include "moestro/text/split.h"

MOESTRO_API_BEGIN
namespace moestro {

struct SplitStats {
  int64_t documents = 0, bytes = 0;
  std::string xxh3;  // of the bytes
};

struct PackageUse {
  std::string name, version, licence;
};

struct DomainStats {
  std::string name, about;
  std::vector<PackageUse> packages;
  SplitStats train, valid;
  std::string sample;  // one line of the training text
};

struct CorpusStats {
  std::string name;  // "debmix-v2"; "own text" where a folder was the source
  int64_t seed = 0, cap = 0;  // 0 where nothing was drawn
  std::vector<DomainStats> domains;
  std::vector<std::string> missing;  // domains without text
};

[[nodiscard]] DomainStats describe_domain(
    const std::string& name, const std::string& about, const SplitDocuments&);

// Shards of one domain. StorageError.
void write_domain(
    const std::filesystem::path& folder,
    const std::string& name,
    const SplitDocuments&);
// The last file of a corpus: without it nobody reads what was cut short.
void write_manifest(const std::filesystem::path& folder, const CorpusStats&);

[[nodiscard]] bool is_built_corpus(const std::filesystem::path& path);

// A built corpus or a user's own folder. DataError.
[[nodiscard]] CorpusStats describe_corpus(const std::filesystem::path& path);

}  // namespace moestro
MOESTRO_API_END
