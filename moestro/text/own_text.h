// SPDX-License-Identifier: Apache-2.0
// A user's own text: a folder of .txt and .jsonl files. Each sub-folder is a
// domain; files at the top level belong to the domain "text". A .txt file is
// one document, a line of .jsonl (an object with a string "text") is one, too.
// A single file works as well.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/text/split.h"

MOESTRO_API_BEGIN
namespace moestro {

struct OwnDomain {
  std::string name;
  std::vector<std::string> documents;
};

// Domains ascending by name. DataError that names the file which is
// missing, empty, binary or no JSON.
[[nodiscard]] std::vector<OwnDomain> read_own_text(
    const std::filesystem::path& path);

// About 5 % validate; of a small text a tenth, but 4 KiB where a quarter of it
// allows that. When whole documents cannot give so much, the end of the longest
// one validates.
[[nodiscard]] SplitDocuments split_own_text(const OwnDomain& domain);

}  // namespace moestro
MOESTRO_API_END
