// SPDX-License-Identifier: Apache-2.0
// Routes given logits or features once: golden vectors for engine authors.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/json.h"
#include "moestro/base/registry.h"
#include "moestro/base/settings.h"
#include "moestro/ops/routing.h"

MOESTRO_API_BEGIN
namespace moestro {

// Undefined members were not given.
struct RouteInput {
  Tensor logits_TE, features_TD, bias_E, mask_T, id_T, sequence_T;
};

// From JSON or safetensors, told by their structure. DataError that names
// file and field, or token and expert of a logit that is not finite. In the
// bias -inf forbids an expert; a mask is of booleans.
// A bare JSON array is taken as logits.
[[nodiscard]] RouteInput read_route_input(const std::string& path);
// The same from bytes that `what` names.
[[nodiscard]] RouteInput parse_route_input(
    const std::string& bytes, const std::string& what);

struct RouteRequest {
  std::string recipe;
  std::vector<Setting> settings;
  std::vector<std::string> losses;  // besides those of the recipe
};

// Keys of the request that change nothing, one line each.
[[nodiscard]] std::vector<std::string> notes_of(
    const RouteRequest&, const RouteInput&, const Registry&);

// The answer of `moestro route --json`. Routes as in training, without random
// draws. ConfigurationError when a key does not fit the width of the input.
[[nodiscard]] Json route_once(
    const RouteRequest&, const RouteInput&, const Registry&);

}  // namespace moestro
MOESTRO_API_END
