// SPDX-License-Identifier: Apache-2.0
// How sure the router was.
#pragma once

#include "moestro/probe/measures.h"

MOESTRO_API_BEGIN
namespace moestro {

// "margin", "margin-low": median and lowest 1 % over tokens of the gap between
// the k-th and the (k+1)-th logit; "precision-at-risk": share of tokens whose
// gap is below the spacing of bf16 there, 2^(floor(log2 |z|) - 7). Empty where
// no expert is refused or no token is there.
[[nodiscard]] Measures decision(const Tensor& logits_TE, int64_t top_k);

// Mean over tokens of the share of its live scores that goes to experts which
// serve it.
[[nodiscard]] double routing_confidence(const Routing&);

}  // namespace moestro
MOESTRO_API_END
