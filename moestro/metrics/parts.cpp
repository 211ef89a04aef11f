// SPDX-License-Identifier: Apache-2.0
// The table is the expansion of the manifest: no registration at start-up, and
// nothing that a linker may drop.
#include "moestro/metrics/metric.h"

namespace moestro {

namespace metrics {
#define MOESTRO_PART(name) extern const Variant<Metric> name;
#include "moestro/metrics/parts.def"
#undef MOESTRO_PART
}  // namespace metrics

template <>
std::span<const Variant<Metric>* const> variants<Metric>() {
  static constexpr const Variant<Metric>* table[] = {
#define MOESTRO_PART(name) &metrics::name,
#include "moestro/metrics/parts.def"
#undef MOESTRO_PART
  };
  return table;
}

}  // namespace moestro
