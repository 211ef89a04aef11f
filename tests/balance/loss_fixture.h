// SPDX-License-Identifier: Apache-2.0
// What tests of losses share.
#pragma once

#include <string_view>

#include "tests/route/routing_fixture.h"

namespace moestro::test {

inline Tensor loss_of(
    std::string_view name,
    const Routing& routing,
    const Batch& batch,
    const Settings& settings = {}) {
  const auto context = batch.context();
  return make<Loss>(name, site_of(batch), settings)
      ->value({.routing = routing, .context = context, .sums = routing.sums});
}

// Of the logits of a plain softmax router.
inline double loss_at(
    std::string_view name, const Tensor& logits_TE, const Batch& batch) {
  return loss_of(name, route(logits_TE, batch), batch).item<double>();
}

inline Tensor slope_at(
    std::string_view name,
    const Tensor& logits_TE,
    const Batch& batch,
    const Names& names = {}) {
  return gradient(
      [&](const Tensor& x) {
        return loss_of(name, route(x, batch, names), batch);
      },
      logits_TE);
}

// d(sum_e g_e p_e)/d(logits) for p = softmax(logits).
inline Tensor through_softmax(const Tensor& p_TE, const Tensor& g_TE) {
  return p_TE * (g_TE - (p_TE * g_TE).sum(1, true));
}

// Logits that send each token to these experts with equal shares and nothing
// anywhere else.
inline Tensor only(
    int64_t tokens, int64_t experts, int64_t first, int64_t count) {
  auto logits = here(at::full({tokens, experts}, -200.0));
  logits.narrow(1, first, count).zero_();
  return logits;
}

}  // namespace moestro::test
