// SPDX-License-Identifier: Apache-2.0
// A metric that a probe worked out where the tensors were: the value that the
// step recorded under its name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "moestro/metrics/load.h"

MOESTRO_API_BEGIN
namespace moestro::metrics {

// A string as a template argument.
template <size_t N>
struct Literal {
  // NOLINTNEXTLINE(google-explicit-constructor): written as a plain string.
  constexpr Literal(const char (&text)[N]) { std::copy_n(text, N, chars); }
  [[nodiscard]] constexpr std::string_view view() const {
    return {chars, N - 1};
  }
  char chars[N]{};
};

template <Literal Name>
class Recorded final : public Metric {
 public:
  explicit Recorded(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, Name.view());
  }
};

}  // namespace moestro::metrics
MOESTRO_API_END
