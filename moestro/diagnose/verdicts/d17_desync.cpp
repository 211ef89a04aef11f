// SPDX-License-Identifier: Apache-2.0
// D17: one rank has gone its own way: its counts differ from the others' by far
// more than text makes sequences differ, and it is always the same rank. Its
// router, its bias or its seed is another.
#include <cmath>

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d17_desync_part {

constexpr Advice kAdvice = {
    .test = "compare checksums of router weights and bias between the ranks",
    .action = "copy router and bias from one rank to all; restart",
    .success = "counts of the ranks differ as little as those of sequences",
    .rollback = "none: the copy is what the ranks should have had"};

constexpr double kFar = 4;  // times what text does
constexpr size_t kWindows = 2;

static bool is_odd(const Brief& b) {
  return b.rank_dispersion > kFar * b.phi &&
         b.furthest_rank == std::floor(b.furthest_rank);
}

// The rank that differs in all of the last windows.
static std::optional<double> odd_one(const std::vector<Brief>& briefs) {
  if (briefs.size() < kWindows) {
    return std::nullopt;
  }
  const double rank = briefs.back().furthest_rank;
  for (size_t i = briefs.size() - kWindows; i < briefs.size(); ++i) {
    if (!is_odd(briefs[i]) || briefs[i].furthest_rank != rank) {
      return std::nullopt;
    }
  }
  return rank;
}

static int64_t since_when(const std::vector<Brief>& briefs, double rank) {
  for (const auto& b : briefs) {
    if (is_odd(b) && b.furthest_rank == rank) {
      return b.step;
    }
  }
  return 0;
}

class Desync final : public Verdict {
 public:
  explicit Desync(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    Weighing weighing(0.5);
    std::vector<int32_t> layers;
    int64_t since = 0;
    for (const auto& [key, history] : c.layers) {
      const auto rank = odd_one(history.briefs);
      if (rank) {
        layers.push_back(key.first);
        const auto& last = history.briefs.back();
        since = since_when(history.briefs, *rank);
        weighing.pro(
            0.8,
            words::layer(key.first, key.second) + ": rank " +
                words::number(*rank) +
                " differs from the others in every step; counts vary " +
                words::number(last.rank_dispersion) +
                " times as much as by chance between ranks, " +
                words::number(last.phi) + " times between sequences");
      }
    }
    if (layers.empty()) {
      return std::nullopt;
    }
    auto diagnosis = weighing.diagnosis(kAdvice);
    diagnosis.layers = layers;
    diagnosis.since_step = since;
    return diagnosis;
  }
};

}  // namespace d17_desync_part

extern constinit const Variant<Verdict> d17_desync = {
    .info =
        {.name = "d17-desync",
         .summary = "one rank routes differently from the others",
         .paper = "",
         .shows = "load"},
    .make = make_plain<Verdict, d17_desync_part::Desync>};

}  // namespace moestro::verdicts
