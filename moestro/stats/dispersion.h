// SPDX-License-Identifier: Apache-2.0
// Tokens of a sequence are alike, so loads vary more than independent tokens
// would make them: by the factor phi, the design effect of Rao and Scott.
#pragma once

#include <cstdint>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/stats/sequence_sums.h"

MOESTRO_API_BEGIN
namespace moestro {

// phi-hat. Exactly 1 in expectation when tokens are independent, whatever the
// lengths. NaN with fewer than two sequences that have tokens.
[[nodiscard]] double dispersion(const SequenceView&);

// T / phi, the independent tokens that say as much; phi below 1 or NaN counts
// as 1.
[[nodiscard]] double effective_tokens(double tokens, double phi);

// phi of every expert; NaN for experts that no token chose, or all.
[[nodiscard]] std::vector<double> expert_dispersions(const SequenceView&);

// Pulls estimates from S sequences towards their mean by as much of their
// variance as noise explains, 2 mean^2 / (S - 1). NaN stays NaN.
// ContractError: S < 2.
[[nodiscard]] std::vector<double> shrunken(
    std::vector<double> phi_E, int64_t sequences);

// The dispersion for a test of balance: variance of counts between sequences
// over the one that fair shares K / E would have, mean over experts.
// `dispersion` measures against the shares seen and is unbiased at any balance;
// against fair ones, loads that are uneven by chance widen the yardstick too,
// without which strongly clustered batches raise several times the false alarms
// (measured). NaN with fewer than two sequences. ContractError: K >= E.
[[nodiscard]] double balanced_dispersion(const SequenceView&, int64_t top_k);

}  // namespace moestro
MOESTRO_API_END
