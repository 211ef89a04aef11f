// SPDX-License-Identifier: Apache-2.0
// The table is the expansion of the manifest: no registration at start-up, and
// nothing that a linker may drop.
#include "moestro/ops/part.h"

namespace moestro {

namespace selectors {
#define MOESTRO_PART(name) extern const Variant<Select> name;
#include "moestro/route/selectors/parts.def"
#undef MOESTRO_PART
}  // namespace selectors

template <>
std::span<const Variant<Select>* const> variants<Select>() {
  static constexpr const Variant<Select>* table[] = {
#define MOESTRO_PART(name) &selectors::name,
#include "moestro/route/selectors/parts.def"
#undef MOESTRO_PART
  };
  return table;
}

}  // namespace moestro
