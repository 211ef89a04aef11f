// SPDX-License-Identifier: Apache-2.0
// The table is the expansion of the manifest: no registration at start-up, and
// nothing that a linker may drop.
#include "moestro/ops/part.h"

namespace moestro {

namespace routers {
#define MOESTRO_PART(name) extern const Variant<Router> name;
#include "moestro/route/routers/parts.def"
#undef MOESTRO_PART
}  // namespace routers

template <>
std::span<const Variant<Router>* const> variants<Router>() {
  static constexpr const Variant<Router>* table[] = {
#define MOESTRO_PART(name) &routers::name,
#include "moestro/route/routers/parts.def"
#undef MOESTRO_PART
  };
  return table;
}

}  // namespace moestro
