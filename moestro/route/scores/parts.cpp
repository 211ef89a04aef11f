// SPDX-License-Identifier: Apache-2.0
// The table is the expansion of the manifest: no registration at start-up, and
// nothing that a linker may drop.
#include "moestro/ops/part.h"

namespace moestro {

namespace scores {
#define MOESTRO_PART(name) extern const Variant<Score> name;
#include "moestro/route/scores/parts.def"
#undef MOESTRO_PART
}  // namespace scores

template <>
std::span<const Variant<Score>* const> variants<Score>() {
  static constexpr const Variant<Score>* table[] = {
#define MOESTRO_PART(name) &scores::name,
#include "moestro/route/scores/parts.def"
#undef MOESTRO_PART
  };
  return table;
}

}  // namespace moestro
