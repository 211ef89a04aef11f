// SPDX-License-Identifier: Apache-2.0
// The table is the expansion of the manifest: no registration at start-up, and
// nothing that a linker may drop.
#include "moestro/ops/part.h"

namespace moestro {

namespace perturbs {
#define MOESTRO_PART(name) extern const Variant<Perturb> name;
#include "moestro/route/perturb/parts.def"
#undef MOESTRO_PART
}  // namespace perturbs

template <>
std::span<const Variant<Perturb>* const> variants<Perturb>() {
  static constexpr const Variant<Perturb>* table[] = {
#define MOESTRO_PART(name) &perturbs::name,
#include "moestro/route/perturb/parts.def"
#undef MOESTRO_PART
  };
  return table;
}

}  // namespace moestro
