// SPDX-License-Identifier: Apache-2.0
// What pulls the loads of a layer together, as far as its run says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "moestro/base/api.h"
#include "moestro/record/facts.h"

MOESTRO_API_BEGIN
namespace moestro {

// The name of a loss that pulls loads together. One that we do not know may.
[[nodiscard]] bool balances(std::string_view loss);

// Of a layer's resolved configuration.
struct Balancing {
  std::string losses{}, controllers{};  // "a,b"; empty = none
  bool learns = true;                   // the router; a hash does not

  // The router learns and is left to itself.
  [[nodiscard]] bool is_missed() const;
  [[nodiscard]] std::string text() const;
};

// Nothing where the configuration was not recorded.
[[nodiscard]] std::optional<Balancing> balancing_of(
    const RunFacts&, int32_t layer);
// False also where it is not known.
[[nodiscard]] bool nothing_balances(const RunFacts&, int32_t layer);

}  // namespace moestro
MOESTRO_API_END
