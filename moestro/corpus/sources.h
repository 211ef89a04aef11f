// SPDX-License-Identifier: Apache-2.0
// Where the text of "debmix-v2" comes from: packages, the folders in them and
// how they are read. A new domain is a few lines in the table.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/text/manifest.h"

MOESTRO_API_BEGIN
namespace moestro {

enum class Reader {
  kPlain,
  kRoff,
  kAsciidoc,
  kDictionary,
  kNovels,
  kManual,    // long: cut into sections
  kLicences,  // the same, each paragraph once
};

struct Source {
  std::string_view packages;  // "a|b": the first that is there
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

// Packages that tools/fetch_corpus.sh unpacked (PACKAGES/root/<package>) or,
// when that is empty, those that are installed under `root`: never both.
struct PackageOrigin {
  std::filesystem::path packages;
  std::filesystem::path root = "/";
};

struct DomainText {
  std::vector<std::string> documents;
  std::vector<PackageUse> packages;  // that gave text
};

[[nodiscard]] std::vector<std::string> missing_packages(
    const Domain& domain, const PackageOrigin& origin);

// In the order of the sources and their paths.
[[nodiscard]] DomainText read_domain(
    const Domain& domain, const PackageOrigin& origin);

}  // namespace moestro
MOESTRO_API_END
