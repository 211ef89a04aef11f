// SPDX-License-Identifier: Apache-2.0
#include "moestro/metrics/evidence.h"

#include <algorithm>

#include "moestro/metrics/load.h"
#include "moestro/stats/dispersion.h"
#include "moestro/stats/scarcity.h"

namespace moestro::metrics {

std::vector<double> scarcity_evidence(
    std::span<const LayerRecord> records, const LeastShare& least) {
  std::vector<Scarcity> test_E;
  for (const auto& r : records) {
    const auto& demand = r.counts.demand;
    const auto E = static_cast<double>(demand.size());
    const double share =
        E > 0 ? least.fraction * static_cast<double>(least.top_k) / E : 0;
    if (r.counts.tokens <= 0 || !(share > 0 && share < 1)) {
      continue;
    }
    test_E.resize(demand.size(), Scarcity(share));
    const double phi = dispersion(r.sequence_view());
    for (size_t e = 0; e < demand.size(); ++e) {
      const auto tokens = static_cast<double>(r.counts.tokens);
      test_E[e].add(
          std::min(static_cast<double>(demand[e]), tokens), tokens, phi);
    }
  }
  std::vector<double> evidence_E;
  std::ranges::transform(
      test_E, std::back_inserter(evidence_E), &Scarcity::log_evidence);
  return evidence_E;
}

double most_evidence(
    std::span<const LayerRecord> records, const LeastShare& least) {
  const auto evidence_E = scarcity_evidence(records, least);
  return evidence_E.empty() ? kUnknown : std::ranges::max(evidence_E);
}

}  // namespace moestro::metrics
