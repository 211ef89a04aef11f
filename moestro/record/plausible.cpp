// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/plausible.h"

#include <algorithm>
#include <span>

#include "moestro/base/error.h"

namespace moestro::plausible {
namespace {

bool is_count(int64_t n) {
  return n >= 0 && n <= kMostTokens;
}

template <class T>
bool has_length(const std::vector<T>& list, size_t length) {
  return list.empty() || list.size() == length;
}

// Whole rows of E values.
bool is_table(const std::vector<int64_t>& rows, size_t E) {
  return rows.empty() || (E > 0 && rows.size() % E == 0);
}

}  // namespace

void refuse(const std::string& what, std::string_view why) {
  fail_data(what + " is damaged: " + std::string(why), what);
}

int64_t step(int64_t number, const std::string& what) {
  if (number < 0 || number > kMostSteps) {
    refuse(what, "it holds step " + std::to_string(number));
  }
  return number;
}

int32_t layer(int64_t number, const std::string& what) {
  if (number < 0 || number >= kMostLayers) {
    refuse(what, "it holds layer " + std::to_string(number));
  }
  return static_cast<int32_t>(number);
}

void check(const LayerRecord& r, const std::string& what) {
  const auto& c = r.counts;
  const auto E =
      std::max({c.demand.size(), r.prob.size(), r.mass.size(), c.kept.size()});
  const bool fits = E <= static_cast<size_t>(kMostExperts) &&
                    has_length(c.demand, E) && has_length(c.kept, E) &&
                    has_length(c.first, E) && has_length(r.prob, E) &&
                    has_length(r.mass, E) && has_length(r.grad_norm, E) &&
                    has_length(r.sequences.square, c.demand.size()) &&
                    (r.sequences.sequences < 2 ||
                     r.sequences.square.size() == c.demand.size()) &&
                    has_length(r.sequences.traces, 2) &&
                    is_table(r.domain_demand, c.demand.size());
  if (!fits) {
    refuse(what, "counts of a step differ in their number of experts");
  }
  const bool counted = is_count(c.tokens) && is_count(r.sequences.sequences) &&
                       std::ranges::all_of(c.demand, is_count) &&
                       std::ranges::all_of(c.kept, is_count) &&
                       std::ranges::all_of(c.first, is_count) &&
                       std::ranges::all_of(r.domain_demand, is_count);
  if (!counted) {
    refuse(what, "a count of a step is beyond what a step can have");
  }
}

}  // namespace moestro::plausible
