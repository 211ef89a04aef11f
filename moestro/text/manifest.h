// SPDX-License-Identifier: Apache-2.0
// A corpus on disk: FOLDER/<domain>.train.bin, .train.offsets, .valid.bin,
// .valid.offsets, and manifest.json, which says what they are and where they
// came from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/text/documents.h"
#include "moestro/text/split.h"

MOESTRO_API_BEGIN
namespace moestro {

struct SplitStats {
  int64_t documents = 0, bytes = 0;
  ShardHashes xxh3;
};

struct PackageUse {
  std::string name, version, licence;
  bool operator==(const PackageUse&) const = default;
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

// A name that files can carry: UTF-8 of a usable length, no path.
[[nodiscard]] bool is_domain_name(std::string_view name);

// Shards of one domain. StorageError; DataError for a name that is none.
void write_domain(
    const std::filesystem::path& folder,
    const std::string& name,
    const SplitDocuments&);
// The last file of a corpus: without it nobody reads what was cut short.
void write_manifest(const std::filesystem::path& folder, const CorpusStats&);

[[nodiscard]] bool is_built_corpus(const std::filesystem::path& path);

// What manifest.json says, without a look at the shards. DataError.
[[nodiscard]] CorpusStats read_manifest(const std::filesystem::path& folder);
// The same text from the same packages; a hash that one of them lacks is not
// compared.
[[nodiscard]] bool is_same_corpus(const CorpusStats&, const CorpusStats&);

// A domain after the other, as it is read.
using DomainUse = std::function<void(const DomainStats&, SplitDocuments)>;
// Reads a built corpus or a user's own folder. DataError that names the file
// which is missing, unreadable or not what the manifest says.
[[nodiscard]] CorpusStats read_corpus(
    const std::filesystem::path& path, const DomainUse& use);

// The same without the text.
[[nodiscard]] CorpusStats describe_corpus(const std::filesystem::path& path);

}  // namespace moestro
MOESTRO_API_END
