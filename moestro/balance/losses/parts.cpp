// SPDX-License-Identifier: Apache-2.0
// The table is the expansion of the manifest: no registration at start-up, and
// nothing that a linker may drop.
#include "moestro/ops/part.h"

namespace moestro {

namespace losses {
#define MOESTRO_PART(name) extern const Variant<Loss> name##_loss;
#include "moestro/balance/losses/parts.def"
#undef MOESTRO_PART
}  // namespace losses

template <>
std::span<const Variant<Loss>* const> variants<Loss>() {
  static constexpr const Variant<Loss>* table[] = {
#define MOESTRO_PART(name) &losses::name##_loss,
#include "moestro/balance/losses/parts.def"
#undef MOESTRO_PART
  };
  return table;
}

}  // namespace moestro
