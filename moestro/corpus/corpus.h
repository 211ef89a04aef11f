// SPDX-License-Identifier: Apache-2.0
// Builds a corpus: "debmix-v2", real text of Debian packages in eight labelled
// domains, or the same form from a user's own folder. Same files, same bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/corpus/sources.h"
#include "moestro/text/manifest.h"

MOESTRO_API_BEGIN
namespace moestro {

struct CorpusOptions {
  PackageOrigin origin;
  std::filesystem::path output;
  std::vector<std::string> domains;  // empty = all
  bool available = false;            // leave out what lacks packages
  int64_t cap = 3'000'000;           // bytes of a domain, both splits together
  int64_t least_valid = 131'072;     // validation bytes of a domain
  double valid_share = 0.05;
  uint64_t seed = 1;   // which documents stay when there are too many
  bool force = false;  // replace what is there, whatever it is
};

using Progress = std::function<void(std::string_view line)>;

// DataError that names what is missing: packages of a folder that was given or
// of domains that were asked for, and text for fewer than two domains.
// DataError as well when another corpus, or something else, is in the way.
CorpusStats build_corpus(
    const CorpusOptions& options, const Progress& progress);

// All of a folder of .txt and .jsonl (moestro/text/own_text.h).
CorpusStats build_own_corpus(
    const std::filesystem::path& source,
    const std::filesystem::path& output,
    bool force);

}  // namespace moestro
MOESTRO_API_END
