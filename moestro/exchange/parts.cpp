// SPDX-License-Identifier: Apache-2.0
// The table of exchanges: the expansion of the manifest.
#include "moestro/ops/part.h"

namespace moestro {

namespace exchange_parts {
#define MOESTRO_PART(name) extern const Variant<Exchange> name;
#include "moestro/exchange/parts.def"
#undef MOESTRO_PART
}  // namespace exchange_parts

template <>
std::span<const Variant<Exchange>* const> variants<Exchange>() {
  static constexpr const Variant<Exchange>* kTable[] = {
#define MOESTRO_PART(name) &exchange_parts::name,
#include "moestro/exchange/parts.def"
#undef MOESTRO_PART
  };
  return kTable;
}

}  // namespace moestro
