// SPDX-License-Identifier: Apache-2.0
#include "moestro/layers/recipe.h"

#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/layers/recipe_texts.h"

namespace moestro {
namespace {

Recipe parse(const RecipeText& source) {
  Recipe recipe{.name = std::string(source.name)};
  const auto file = "recipe " + recipe.name;
  for (auto& setting : parse_toml(source.text, file)) {
    if (setting.key == "recipe.summary") {
      recipe.summary = std::get<std::string>(setting.value);
    } else if (setting.key == "recipe.paper") {
      recipe.paper = std::get<std::string>(setting.value);
    } else if (setting.key == "recipe.since") {
      recipe.since = std::get<std::string>(setting.value);
    } else if (setting.key == "recipe.causal") {
      recipe.causal = std::get<bool>(setting.value);
    } else if (setting.key == "recipe.caveats") {
      recipe.caveats = std::get<std::vector<std::string>>(setting.value);
    } else {
      recipe.settings.push_back(std::move(setting));
    }
  }
  return recipe;
}

}  // namespace

std::vector<Recipe> recipes() {
  std::vector<Recipe> all;
  for (const auto& text : recipe_texts()) {
    all.push_back(parse(text));
  }
  return all;
}

Recipe recipe_called(std::string_view name) {
  std::vector<std::string_view> known;
  for (const auto& text : recipe_texts()) {
    if (text.name == name) {
      return parse(text);
    }
    known.push_back(text.name);
  }
  fail_configuration(
      "no recipe is called '" + std::string(name) + "'" +
      did_you_mean(name, known));
}

}  // namespace moestro
