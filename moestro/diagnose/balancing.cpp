// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/balancing.h"

#include <algorithm>
#include <iterator>

#include "moestro/base/text.h"
#include "moestro/diagnose/watch_options.h"

namespace moestro {
namespace {

// A layer may have an entry of its own.
std::optional<std::string> words_of(
    const RunFacts& facts, int32_t layer, const std::string& key) {
  const auto own =
      recorded_words(facts, "moe.layers." + std::to_string(layer) + "." + key);
  return own ? own : recorded_words(facts, "moe." + key);
}

}  // namespace

bool balances(std::string_view loss) {
  constexpr std::string_view kOthers[] = {"z", "token-entropy", "l1"};
  return std::ranges::find(kOthers, loss) == std::end(kOthers);
}

bool Balancing::is_missed() const {
  return learns && controllers.empty() &&
         std::ranges::none_of(split(losses), balances);
}

std::string Balancing::text() const {
  return !learns ? "a hash of the token routes, which learns nothing"
                 : "losses '" + losses + "', controllers '" + controllers + "'";
}

std::optional<Balancing> balancing_of(const RunFacts& facts, int32_t layer) {
  auto losses = words_of(facts, layer, "losses"),
       controllers = words_of(facts, layer, "controllers");
  if (!losses || !controllers) {
    return std::nullopt;
  }
  return Balancing{
      .losses = std::move(*losses),
      .controllers = std::move(*controllers),
      .learns = words_of(facts, layer, "gate.part") != "hash"};
}

bool nothing_balances(const RunFacts& facts, int32_t layer) {
  const auto balancing = balancing_of(facts, layer);
  return balancing && balancing->is_missed();
}

}  // namespace moestro
