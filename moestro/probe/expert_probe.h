// SPDX-License-Identifier: Apache-2.0
// What experts make of tokens, all of them of the same ones.
#pragma once

#include "moestro/ops/part.h"
#include "moestro/probe/measures.h"

MOESTRO_API_BEGIN
namespace moestro {

// [E, T, D], fp32, without gradient: as costly as E passes over the rows.
[[nodiscard]] Tensor expert_outputs(
    const Experts&, const Tensor& x_TD, int64_t num_experts);

// "output-similarity": mean cosine of two experts' outputs for a token;
// "output-similarity-max": of the two that are most alike, "alike_one" and
// "alike_other";
// "output-variance": sum |y_et - mean_e y_et|^2 / sum |y_et - mean|^2;
// "expert-cka": mean linear CKA of two experts (1905.00414). Empty for fewer
// than two experts or tokens.
[[nodiscard]] Measures output_similarity(const Tensor& y_ETD);

// "output-share": least over the median expert of the mean |weight y| over the
// tokens that it serves; "output_least": whose it is. Experts that serve nobody
// are left out; empty without any.
[[nodiscard]] Measures output_share(const Tensor& y_ETD, const Routing&);

// Norms of every expert's answer to every router row, scaled to root mean
// square 1 as inputs are: mean over experts of own answer over the mean one.
[[nodiscard]] double router_alignment(const Experts&, const Tensor& rows_ED);

}  // namespace moestro
MOESTRO_API_END
