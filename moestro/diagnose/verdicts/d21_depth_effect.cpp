// SPDX-License-Identifier: Apache-2.0
// D21: one layer alone is ill, of three or more. The cause is of that layer,
// not of the run: its coefficients, its input, its place at the beginning or
// the end. It says where, hardly why, so that it is never more than a hint.
#include <algorithm>
#include <set>

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d21_depth_effect_part {

constexpr Advice kAdvice = {
    .test = "train a copy in which that layer alone is balanced more strongly",
    .action = "balance that layer with coefficients of its own",
    .success = "its alarms close and no other layer opens one",
    .rollback = "set its coefficients back"};

constexpr size_t kFewest = 3;  // layers
// In the scenarios a layer that is ill alone nearly always has a cause of its
// own, which says more.
constexpr double kMost = 0.25;

class DepthEffect final : public Verdict {
 public:
  explicit DepthEffect(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    std::vector<const AlarmEntry*> signs;
    for (const auto* alarm : c.serious()) {
      if (alarm->layer >= 0) {
        signs.push_back(alarm);
      }
    }
    const auto layers = layers_of(signs);
    if (layers.size() != 1 || c.layers.size() < kFewest) {
      return std::nullopt;
    }
    Weighing weighing(-1.6);
    std::set<std::string_view> kinds;
    for (const auto* alarm : signs) {
      if (kinds.insert(alarm->id).second) {
        weighing.pro(0.4, alarm->message);
      }
    }
    const bool edge = layers[0] == c.layers.begin()->first.first ||
                      layers[0] == c.layers.rbegin()->first.first;
    weighing.pro(
        edge ? 0.3 : 0,
        edge ? "it is the first or the last that routes"
             : "all others are healthy");
    auto diagnosis = weighing.diagnosis(kAdvice, signs);
    diagnosis.confidence = std::min(diagnosis.confidence, kMost);
    return diagnosis;
  }
};

}  // namespace d21_depth_effect_part

extern constinit const Variant<Verdict> d21_depth_effect = {
    .info =
        {.name = "d21-depth-effect",
         .summary = "one layer is ill, and the others are not",
         .paper = ""},
    .make = make_plain<Verdict, d21_depth_effect_part::DepthEffect>};

}  // namespace moestro::verdicts
