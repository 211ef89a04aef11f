// SPDX-License-Identifier: Apache-2.0
// recipes/*.toml as the program carries them; the table is generated.
#pragma once

#include <span>
#include <string_view>

namespace moestro {

struct RecipeText {
  std::string_view name, text;
};

[[nodiscard]] std::span<const RecipeText> recipe_texts();

}  // namespace moestro
