// SPDX-License-Identifier: Apache-2.0
// Tensors of one routing pass -> the numbers that a step leaves behind.
#pragma once

#include <span>

#include "moestro/base/api.h"
#include "moestro/ops/routing.h"
#include "moestro/record/step.h"

MOESTRO_API_BEGIN
namespace moestro {

// Adds one forward of a layer to the record of its step, and its sequences to
// `rows`, from which the step's end works out what the record keeps of them.
void accumulate(LayerRecord&, SequenceRows& rows, const Routing&);

// The demand of its sequences, summed by domain, of which there are so many.
void add_domains(
    LayerRecord&,
    const Routing&,
    std::span<const int32_t> domain_S,
    int64_t domains);

// At the end of step number `step`. Traces, which take min(S, E)^2 (S + E)
// multiplications, are worked out each step while that is little, else every
// N steps with N such that it stays little on average.
[[nodiscard]] SequenceSums reduced(SequenceRows rows, int64_t step);

}  // namespace moestro
MOESTRO_API_END
