// SPDX-License-Identifier: Apache-2.0
// The table is the expansion of the manifest: no registration at start-up, and
// nothing that a linker may drop.
#include "moestro/control/controller.h"

namespace moestro {

namespace controllers {
#define MOESTRO_PART(name) extern const Variant<Controller> name;
#include "moestro/control/parts.def"
#undef MOESTRO_PART
}  // namespace controllers

template <>
std::span<const Variant<Controller>* const> variants<Controller>() {
  static constexpr const Variant<Controller>* table[] = {
#define MOESTRO_PART(name) &controllers::name,
#include "moestro/control/parts.def"
#undef MOESTRO_PART
  };
  return table;
}

}  // namespace moestro
