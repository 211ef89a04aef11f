// SPDX-License-Identifier: Apache-2.0
// The fields of a LayerRecord that are kept as tiles, each under its name.
// Writer and reader both walk this table: a new field is one line.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
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

// `At` is a lambda that gives the field of a record.
template <auto At>
using FieldAt = std::remove_cvref_t<decltype(At(std::declval<LayerRecord&>()))>;

template <auto At>
constexpr Quantity list_quantity(std::string_view name) {
  using T = typename FieldAt<At>::value_type;
  return {
      name,
      kWordOf<T>,
      [](const LayerRecord& r) { return words_of(std::span<const T>(At(r))); },
      [](LayerRecord& r, std::span<const uint64_t> words) {
        At(r) = values_of<T>(words);
      }};
}

template <auto At>
constexpr Quantity number_quantity(std::string_view name) {
  using T = FieldAt<At>;
  return {
      name,
      kWordOf<T>,
      [](const LayerRecord& r) {
        return words_of(std::span<const T>(&At(r), 1));
      },
      [](LayerRecord& r, std::span<const uint64_t> words) {
        At(r) = words.empty() ? T{} : std::bit_cast<T>(words[0]);
      }};
}

#define MOESTRO_AT(field) [](auto& r) -> auto& { return r.field; }

inline constexpr std::string_view kDemand = "demand";

inline constexpr Quantity kQuantities[] = {
    number_quantity<MOESTRO_AT(counts.tokens)>("tokens"),
    list_quantity<MOESTRO_AT(counts.demand)>(kDemand),
    list_quantity<MOESTRO_AT(counts.kept)>("kept"),
    list_quantity<MOESTRO_AT(counts.first)>("first"),
    list_quantity<MOESTRO_AT(prob)>("prob"),
    list_quantity<MOESTRO_AT(mass)>("mass"),
    list_quantity<MOESTRO_AT(grad_norm)>("grad_norm"),
    number_quantity<MOESTRO_AT(sequences.sequences)>("sequences"),
    list_quantity<MOESTRO_AT(sequences.square)>("sequence_square"),
    list_quantity<MOESTRO_AT(sequences.traces)>("sequence_traces"),
    list_quantity<MOESTRO_AT(domain_demand)>("domain_demand"),
    number_quantity<MOESTRO_AT(lse2)>("lse2"),
    number_quantity<MOESTRO_AT(entropy)>("entropy"),
    number_quantity<MOESTRO_AT(max_logit)>("max_logit"),
    number_quantity<MOESTRO_AT(min_margin)>("min_margin"),
    number_quantity<MOESTRO_AT(nonfinite)>("nonfinite")};

#undef MOESTRO_AT

// Of version 1: tokens [S] and demand [S * E] of every sequence.
inline constexpr std::string_view kSequenceTokens = "sequence_tokens";
inline constexpr std::string_view kSequenceDemand = "sequence_demand";

// The name of a quantity's tiles: "demand", "codebook/demand".
[[nodiscard]] inline std::string tile_name(
    std::string_view quantity, std::string_view routing) {
  return (routing.empty() ? "" : std::string(routing) + "/") +
         std::string(quantity);
}

}  // namespace moestro::tiles
MOESTRO_API_END
