// SPDX-License-Identifier: Apache-2.0
// Damages a request in small ways: whoever reads it may answer or refuse it,
// and must do nothing else.
#pragma once

#include <random>
#include <string>
#include <string_view>

#include "moestro/base/error.h"
#include "moestro/base/json.h"

namespace moestro {

struct Mutations {
  int answered = 0, refused = 0;
};

inline std::string mutate(std::string text, std::mt19937& random) {
  static constexpr std::string_view kPieces[] = {
      "0",    "-1",         "1e308", "-1e308", "9007199254740993",
      "0.5",  "[]",         "[[",    "null",   "\"x\"",
      "true", "1e-320",     ",",     "{}",     "[1]",
      "-0",   "4294967296", "",      "]",      "99999"};
  const auto below = [&](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  for (size_t times = 1 + below(3); times > 0; --times) {
    const auto at = below(text.size());
    const auto piece = kPieces[below(std::size(kPieces))];
    // A whole number or bracket gives way more often than a random byte.
    const auto next = text.find_first_of("0123456789[]", at);
    if (below(4) != 0 && next != std::string::npos) {
      const auto end = text.find_first_not_of("0123456789.", next + 1);
      text.replace(next, std::min(end, text.size()) - next, piece);
    } else {
      text.replace(at, 1 + below(3), piece);
    }
    text = text.empty() ? "{}" : text;
  }
  return text;
}

template <class Plan>
Mutations try_mutations(const std::string& good, const Plan& plan) {
  std::mt19937 random(20);
  Mutations count;
  for (int i = 0; i < 4000; ++i) {
    try {
      plan(parse_json(mutate(good, random), "request"));
      ++count.answered;
    } catch (const Error&) {
      ++count.refused;
    }
  }
  return count;
}

}  // namespace moestro
