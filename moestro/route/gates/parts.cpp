// SPDX-License-Identifier: Apache-2.0
// The table is the expansion of the manifest: no registration at start-up, and
// nothing that a linker may drop.
#include "moestro/ops/part.h"

namespace moestro {

namespace gates {
#define MOESTRO_PART(name) extern const Variant<Gate> name;
#include "moestro/route/gates/parts.def"
#undef MOESTRO_PART
}  // namespace gates

template <>
std::span<const Variant<Gate>* const> variants<Gate>() {
  static constexpr const Variant<Gate>* table[] = {
#define MOESTRO_PART(name) &gates::name,
#include "moestro/route/gates/parts.def"
#undef MOESTRO_PART
  };
  return table;
}

}  // namespace moestro
