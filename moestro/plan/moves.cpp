// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/moves.h"

#include <algorithm>
#include <cmath>

namespace moestro {
namespace {

constexpr int32_t kNone = -1;

}  // namespace

Moves::Moves(const AssignmentProblem& p, std::span<int32_t> experts_TK)
    : p_(p),
      E_(static_cast<size_t>(p.experts)),
      K_(static_cast<size_t>(p.top_k)),
      experts_TK_(experts_TK),
      members_E_(E_),
      movers_EE_(E_ * E_) {
  std::vector<int32_t> given(experts_TK.begin(), experts_TK.end());
  std::ranges::fill(experts_TK_, kNone);
  for (size_t i = 0; i < given.size(); ++i) {
    if (given[i] != kNone) {
      enter(i / K_, experts_TK_[i], static_cast<size_t>(given[i]));
    }
  }
}

bool Moves::may_take(size_t token, size_t expert) const {
  return !std::isinf(p_.scores_TE[token * E_ + expert]) &&
         std::ranges::count(chosen(token), static_cast<int32_t>(expert)) == 0;
}

void Moves::join(size_t token, size_t expert) {
  enter(token, *std::ranges::find(chosen(token), kNone), expert);
}

void Moves::move_one(size_t from, size_t to) {
  auto lowest = static_cast<size_t>(p_.tokens);
  for (const auto t : members_E_[from]) {
    const auto token = static_cast<size_t>(t);
    lowest = token < lowest && may_take(token, to) ? token : lowest;
  }
  auto& slot = *std::ranges::find(chosen(lowest), static_cast<int32_t>(from));
  leave(lowest, slot);
  enter(lowest, slot, to);
}

void Moves::enter(size_t token, int32_t& slot, size_t expert) {
  slot = static_cast<int32_t>(expert);
  members_E_[expert].push_back(static_cast<int32_t>(token));
  count(token, expert, 1);
}

void Moves::leave(size_t token, int32_t& slot) {
  const auto expert = static_cast<size_t>(slot);
  count(token, expert, -1);
  std::erase(members_E_[expert], static_cast<int32_t>(token));
  slot = kNone;
}

void Moves::count(size_t token, size_t expert, int32_t sign) {
  const auto scores_E = p_.scores_TE.subspan(token * E_, E_);
  auto* from_here_E = &movers_EE_[expert * E_];
  for (size_t e = 0; e < E_; ++e) {
    from_here_E[e] += std::isinf(scores_E[e]) ? 0 : sign;
  }
  for (const auto held : chosen(token)) {
    if (held == kNone) {
      continue;
    }
    const auto other = static_cast<size_t>(held);
    from_here_E[other] -= sign;
    if (other != expert) {
      movers_EE_[other * E_ + expert] -= sign;
    }
  }
}

}  // namespace moestro
