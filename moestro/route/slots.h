// SPDX-License-Identifier: Apache-2.0
// What parts that limit an expert's slots have in common.
#pragma once

#include "moestro/base/api.h"
#include "moestro/base/descriptor.h"

MOESTRO_API_BEGIN
namespace moestro {

// Params has a member `minimum`.
template <class Params>
constexpr Param minimum_param() {
  return param<&Params::minimum>(
             "minimum", "least slots of an expert", {0, 1e9})
      .with({.aliases = "moe.min_capacity"});
}

}  // namespace moestro
MOESTRO_API_END
