// SPDX-License-Identifier: Apache-2.0
// The keys moe.* of a configuration, folded into what each layer is made of:
// defaults < recipe < files in order < --set, then the overrides of single
// layers, in their order.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/settings.h"
#include "moestro/layers/spec.h"

MOESTRO_API_BEGIN
namespace moestro {

struct MoeShape {
  int64_t layers = 1;
  int64_t first_dense = 0;  // leading layers with a dense network
};

struct MoeConfig {
  MoeOptions moe;                  // before the overrides of layers
  LayerSpec common;                // the same, with parameters
  std::vector<LayerSpec> layers;   // one a block
  std::vector<std::string> notes;  // keys without effect, once each
  std::shared_ptr<StringPool> strings;
};

// A part of a kind that one key names is chosen by moe.select = "name" or
// moe.select.part; moe.select.groups is a parameter of the part in use. What a
// source (a recipe, a file, all of --set) says of parameters is about the part
// that this source, or one before it, chose; a later choice of another part
// lets it fall. ConfigurationError with the origin for unknown keys
// (did-you-mean), wrong types, and a --set that every layer overrides.
[[nodiscard]] MoeConfig resolve_moe(
    const std::vector<Setting>& user, const MoeShape&, const Registry&);

// The lines of one table of TOML: every key of the layer, parts as inline
// tables with all their parameters.
[[nodiscard]] std::string toml_lines(const LayerSpec&, const Registry&);

}  // namespace moestro
MOESTRO_API_END
