// SPDX-License-Identifier: Apache-2.0
// The table is the expansion of the manifest: no registration at start-up, and
// nothing that a linker may drop.
#include "moestro/ops/part.h"

namespace moestro {

namespace weights {
#define MOESTRO_PART(name) extern const Variant<Weigh> name;
#include "moestro/route/weights/parts.def"
#undef MOESTRO_PART
}  // namespace weights

template <>
std::span<const Variant<Weigh>* const> variants<Weigh>() {
  static constexpr const Variant<Weigh>* table[] = {
#define MOESTRO_PART(name) &weights::name,
#include "moestro/route/weights/parts.def"
#undef MOESTRO_PART
  };
  return table;
}

}  // namespace moestro
