// SPDX-License-Identifier: Apache-2.0
// Where the text of "debmix-v1" comes from: packages, the folders in them and
// how they are read. A new domain is a few lines in the table.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

enum class Reader { kPlain, kRoff, kAsciidoc, kDictionary, kNovels, kLicences };

struct Source {
  std::string_view package;  // empty: whatever is installed
  std::string_view licence;
  std::string_view folder;  // relative to the root, read with what is below
  std::string_view ending;  // of the file names
  Reader reader = Reader::kPlain;
};

struct Domain {
  std::string_view name, about;
  std::span<const Source> sources;
};

[[nodiscard]] std::span<const Domain> debmix_domains();

struct PackageUse {
  std::string name, version, licence;
};

struct DomainText {
  std::vector<std::string> documents;
  std::vector<PackageUse> packages;  // that gave text
};

// Reads from PACKAGES/root/<package> (tools/fetch_corpus.sh) and otherwise from
// the machine's own files under `root`. In the order of the paths.
[[nodiscard]] DomainText read_domain(
    const Domain& domain,
    const std::filesystem::path& packages,
    const std::filesystem::path& root);

}  // namespace moestro
MOESTRO_API_END
