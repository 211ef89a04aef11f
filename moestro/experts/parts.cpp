// SPDX-License-Identifier: Apache-2.0
// The table of expert banks: the expansion of the manifest.
#include "moestro/ops/part.h"

namespace moestro {

namespace experts_parts {
#define MOESTRO_PART(name) extern const Variant<Experts> name;
#include "moestro/experts/parts.def"
#undef MOESTRO_PART
}  // namespace experts_parts

template <>
std::span<const Variant<Experts>* const> variants<Experts>() {
  static constexpr const Variant<Experts>* kTable[] = {
#define MOESTRO_PART(name) &experts_parts::name,
#include "moestro/experts/parts.def"
#undef MOESTRO_PART
  };
  return kTable;
}

}  // namespace moestro
