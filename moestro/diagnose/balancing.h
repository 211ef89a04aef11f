// SPDX-License-Identifier: Apache-2.0
// What pulls the loads of a layer together, as far as its run says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "moestro/base/api.h"
#include "moestro/diagnose/case.h"

MOESTRO_API_BEGIN
namespace moestro {

// The name of a loss that pulls loads together. One that we do not know may.
[[nodiscard]] bool balances(std::string_view loss);

// Of a layer's resolved configuration.
struct Balancing {
  std::string losses{}, controllers{};  // "a,b"; empty = none

  [[nodiscard]] bool is_there() const;
  [[nodiscard]] std::string text() const;
};

// Nothing where the configuration was not recorded.
[[nodiscard]] std::optional<Balancing> balancing_of(const Case&, int32_t layer);
// False also where it is not known.
[[nodiscard]] bool nothing_balances(const Case&, int32_t layer);

}  // namespace moestro
MOESTRO_API_END
