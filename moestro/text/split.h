// SPDX-License-Identifier: Apache-2.0
// Which documents validate. A document's own hash decides, so that a document
// keeps its side when others come and go, and copies never sit on both sides.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/text/documents.h"

MOESTRO_API_BEGIN
namespace moestro {

struct SplitRule {
  double share = 0.05;       // of the documents, by hash
  uint64_t least_bytes = 0;  // of validation text, taken beyond the share
};

struct SplitDocuments {
  Documents train, valid;
};

// The documents with the lowest hashes validate: those under `share`, then as
// many more as `least_bytes` asks for, but never more than half of the text.
// When whole documents cannot give that much (one file, say), the end of the
// longest training document is cut off and validates. Copies are dropped; both
// sides come in the order of the hashes.
[[nodiscard]] SplitDocuments split_documents(
    std::vector<std::string> documents, const SplitRule& rule);

}  // namespace moestro
MOESTRO_API_END
