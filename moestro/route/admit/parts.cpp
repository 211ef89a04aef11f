// SPDX-License-Identifier: Apache-2.0
// The table is the expansion of the manifest: no registration at start-up, and
// nothing that a linker may drop.
#include "moestro/ops/part.h"

namespace moestro {

namespace admits {
#define MOESTRO_PART(name) extern const Variant<Admit> name;
#include "moestro/route/admit/parts.def"
#undef MOESTRO_PART
}  // namespace admits

template <>
std::span<const Variant<Admit>* const> variants<Admit>() {
  static constexpr const Variant<Admit>* table[] = {
#define MOESTRO_PART(name) &admits::name,
#include "moestro/route/admit/parts.def"
#undef MOESTRO_PART
  };
  return table;
}

}  // namespace moestro
