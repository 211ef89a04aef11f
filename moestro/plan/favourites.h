// SPDX-License-Identifier: Apache-2.0
// The experts of each token by falling score, as far as anybody asks. Not
// public.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/plan/assignment.h"

MOESTRO_API_BEGIN
namespace moestro {

// Most tokens need few of their experts, so a row is sorted in parts: the k
// best, then four times as many of what is left each time. An expert without
// room never gets any again and is left out.
class Favourites {
 public:
  explicit Favourites(const AssignmentProblem&);

  // The best permitted expert of the token with room that was not named to it
  // before, ties the lower one; -1 when there is none.
  [[nodiscard]] int32_t next(size_t token, std::span<const int64_t> room_E);
  // Pairs looked at so far.
  [[nodiscard]] int64_t looks() const { return looks_; }

 private:
  struct Row {
    std::vector<int32_t> sorted;
    size_t at = 0;          // the next of them
    size_t part = 0;        // how many to sort next time
    int32_t last = -1;      // named
    bool complete = false;  // nothing comes after these
  };

  void sort_more(size_t token, std::span<const int64_t> room_E);

  const AssignmentProblem& p_;
  std::vector<Row> rows_T_;
  std::vector<int32_t> left_;
  int64_t looks_ = 0;
};

}  // namespace moestro
MOESTRO_API_END
