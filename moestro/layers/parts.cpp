// SPDX-License-Identifier: Apache-2.0
// The table of layers: the expansion of the manifest.
#include "moestro/layers/layer.h"

namespace moestro {

namespace layer_parts {
#define MOESTRO_PART(name) extern const Variant<Layer> name;
#include "moestro/layers/parts.def"
#undef MOESTRO_PART
}  // namespace layer_parts

template <>
std::span<const Variant<Layer>* const> variants<Layer>() {
  static constexpr const Variant<Layer>* kTable[] = {
#define MOESTRO_PART(name) &layer_parts::name,
#include "moestro/layers/parts.def"
#undef MOESTRO_PART
  };
  return kTable;
}

}  // namespace moestro
