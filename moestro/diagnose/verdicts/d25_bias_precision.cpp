// SPDX-License-Identifier: Apache-2.0
// D25: a bias so large that the numbers around it are further apart than the
// scores that it is added to: 2^(floor(log2 |b|) - 23) in fp32, - 7 in bf16,
// against the median gap between the last chosen expert and the first refused.
// Choices are then made by rounding. A common part of all biases does nothing
// but harm, and may be taken off.
#include <cmath>

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d25_bias_precision_part {

constexpr Advice kAdvice = {
    .test = "add the bias in fp64 for one batch: do the choices change?",
    .action = "take the mean off the bias, keep it in fp32, and bound it",
    .success = "the spacing at the largest bias is a tenth of the median gap",
    .rollback = "put the mean back"};

constexpr int kFp32 = 23, kBf16 = 7;  // bits after the first

static double spacing(double size, int bits) {
  return std::ldexp(1.0, static_cast<int>(std::floor(std::log2(size))) - bits);
}

static std::optional<Brief> last_measured(const std::vector<Brief>& briefs) {
  std::optional<Brief> last;
  for (const auto& b : briefs) {
    if (b.bias_largest > 0 && std::isfinite(b.margin)) {
      last = b;
    }
  }
  return last;
}

class BiasPrecision final : public Verdict {
 public:
  explicit BiasPrecision(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    Weighing weighing(-0.4);
    std::vector<int32_t> layers;
    bool certain = false;
    for (const auto& [key, history] : c.layers) {
      const auto brief = last_measured(history.briefs);
      if (brief && spacing(brief->bias_largest, kBf16) > brief->margin) {
        layers.push_back(key.first);
        const bool both = spacing(brief->bias_largest, kFp32) > brief->margin;
        certain = certain || both;
        weighing.pro(
            both ? 2 : 0.1,
            words::layer(key.first, key.second) + ": a bias of " +
                words::number(brief->bias_largest) + ", where " +
                (both ? "fp32" : "bf16") + " tells " +
                words::number(
                    spacing(brief->bias_largest, both ? kFp32 : kBf16)) +
                " apart; the median gap is " + words::number(brief->margin));
      }
    }
    if (layers.empty()) {
      return std::nullopt;
    }
    if (!certain) {
      weighing.con(0.3, "in which precision it is kept is not recorded");
    }
    auto diagnosis = weighing.diagnosis(kAdvice);
    diagnosis.layers = layers;
    diagnosis.since_step = c.run.empty() ? 1 : c.run.back().step;
    return diagnosis;
  }
};

}  // namespace d25_bias_precision_part

extern constinit const Variant<Verdict> d25_bias_precision = {
    .info =
        {.name = "d25-bias-precision",
         .summary = "the bias outgrew its precision",
         .paper = "",
         .shows = "bias-largest"},
    .make = make_plain<Verdict, d25_bias_precision_part::BiasPrecision>};

}  // namespace moestro::verdicts
