// SPDX-License-Identifier: Apache-2.0
// Who might move from one expert to another in an assignment. Not public.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/plan/assignment.h"

MOESTRO_API_BEGIN
namespace moestro {

// Kept up to date while tokens move: one change costs about E, not T E.
class Moves {
 public:
  // -1 stands for a place that a token does not have yet.
  Moves(const AssignmentProblem&, std::span<int32_t> experts_TK);

  // Permitted, and the token is not there.
  [[nodiscard]] bool may_take(size_t token, size_t expert) const;
  // Some token at `from` may go to `to`.
  [[nodiscard]] bool any(size_t from, size_t to) const {
    return movers_EE_[from * E_ + to] > 0;
  }
  // Sends the lowest such token.
  void move_one(size_t from, size_t to);
  // Gives a token one of its missing places.
  void join(size_t token, size_t expert);

 private:
  [[nodiscard]] std::span<int32_t> chosen(size_t token) const {
    return experts_TK_.subspan(token * K_, K_);
  }
  // `expert` enters or leaves the token's row, where `slot` is its place.
  void enter(size_t token, int32_t& slot, size_t expert);
  void leave(size_t token, int32_t& slot);
  // The token's own moves from an expert, and of its others to this one.
  void count(size_t token, size_t expert, int32_t sign);

  const AssignmentProblem& p_;
  size_t E_, K_;
  std::span<int32_t> experts_TK_;
  std::vector<std::vector<int32_t>> members_E_;
  std::vector<int32_t> movers_EE_;
};

}  // namespace moestro
MOESTRO_API_END
