// SPDX-License-Identifier: Apache-2.0
// The fields of a LayerRecord that are kept as tiles, each under its name.
// Writer and reader both walk this table: a new field is one line.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/text.h"
#include "moestro/record/step.h"
#include "moestro/record/tile.h"

MOESTRO_API_BEGIN
namespace moestro::tiles {

struct Quantity {
  std::string_view name;
  Word word;
  std::vector<uint64_t> (*take)(const LayerRecord&);
  void (*put)(LayerRecord&, std::span<const uint64_t>);
};

template <class T>
inline constexpr Word kWordOf =
    std::is_same_v<T, double> ? Word::kReal : Word::kInteger;

template <auto Field>
constexpr Quantity list_quantity(std::string_view name) {
  using List = std::remove_cvref_t<decltype(LayerRecord{}.*Field)>;
  using T = typename List::value_type;
  return {
      name,
      kWordOf<T>,
      [](const LayerRecord& r) {
        return words_of(std::span<const T>(r.*Field));
      },
      [](LayerRecord& r, std::span<const uint64_t> words) {
        r.*Field = values_of<T>(words);
      }};
}

template <auto Field>
constexpr Quantity number_quantity(std::string_view name) {
  using T = std::remove_cvref_t<decltype(LayerRecord{}.*Field)>;
  return {
      name,
      kWordOf<T>,
      [](const LayerRecord& r) {
        return words_of(std::span<const T>(&(r.*Field), 1));
      },
      [](LayerRecord& r, std::span<const uint64_t> words) {
        r.*Field = words.empty() ? T{} : std::bit_cast<T>(words[0]);
      }};
}

inline constexpr std::string_view kDemand = "demand";

inline constexpr Quantity kQuantities[] = {
    number_quantity<&LayerRecord::tokens>("tokens"),
    list_quantity<&LayerRecord::demand>(kDemand),
    list_quantity<&LayerRecord::kept>("kept"),
    list_quantity<&LayerRecord::prob>("prob"),
    list_quantity<&LayerRecord::mass>("mass"),
    list_quantity<&LayerRecord::grad_norm>("grad_norm"),
    list_quantity<&LayerRecord::sequence_tokens>("sequence_tokens"),
    list_quantity<&LayerRecord::sequence_demand>("sequence_demand"),
    number_quantity<&LayerRecord::lse2>("lse2"),
    number_quantity<&LayerRecord::entropy>("entropy"),
    number_quantity<&LayerRecord::max_logit>("max_logit"),
    number_quantity<&LayerRecord::min_margin>("min_margin"),
    number_quantity<&LayerRecord::nonfinite>("nonfinite")};

// "layer/01/": where the scalar series of a layer begin.
[[nodiscard]] inline std::string series_prefix(int32_t layer) {
  return "layer/" + two_digits(layer) + "/";
}

}  // namespace moestro::tiles
MOESTRO_API_END
