// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/balancing.h"

#include <algorithm>
#include <iterator>

#include "moestro/base/text.h"

namespace moestro {
namespace {

// A layer may have an entry of its own.
std::optional<std::string> words_of(
    const Case& c, int32_t layer, const std::string& key) {
  const auto own = c.words("moe.layers." + std::to_string(layer) + "." + key);
  return own ? own : c.words("moe." + key);
}

}  // namespace

bool balances(std::string_view loss) {
  constexpr std::string_view kOthers[] = {"z", "token-entropy", "l1"};
  return std::ranges::find(kOthers, loss) == std::end(kOthers);
}

bool Balancing::is_there() const {
  return !controllers.empty() || std::ranges::any_of(split(losses), balances);
}

std::string Balancing::text() const {
  return "losses '" + losses + "', controllers '" + controllers + "'";
}

std::optional<Balancing> balancing_of(const Case& c, int32_t layer) {
  auto losses = words_of(c, layer, "losses"),
       controllers = words_of(c, layer, "controllers");
  if (!losses || !controllers) {
    return std::nullopt;
  }
  return Balancing{std::move(*losses), std::move(*controllers)};
}

bool nothing_balances(const Case& c, int32_t layer) {
  const auto balancing = balancing_of(c, layer);
  return balancing && !balancing->is_there();
}

}  // namespace moestro
