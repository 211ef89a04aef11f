// SPDX-License-Identifier: Apache-2.0
// Quantile balancing from histograms (Su 2026; Megatron-LM#6637): counts of
// alpha_t - s_te in 1000 bins add up over micro-batches and ranks, and cost
// E x 1000 integers whatever the number of tokens. Within a bin of `quantile`.
#include "moestro/control/bias.h"
#include "moestro/plan/quantile.h"

namespace moestro::controllers {
namespace quantile_histogram_part {

// The value that a share k / E of the tokens has below, for each expert.
static std::vector<double> thresholds(const LayerControl& layer) {
  const auto experts = std::ssize(layer.knobs.bias);
  const auto [low, high] = lacking_range(layer.knobs.bias);
  const auto rank = layer.totals.counts.tokens * layer.knobs.k / experts;
  std::vector<double> value_E;
  for (int64_t e = 0; e < experts; ++e) {
    const auto begin = layer.totals.lacking.begin() + e * kLackingBins;
    value_E.push_back(Histogram(low, high, {begin, begin + kLackingBins})
                          .value_at_rank(rank));
  }
  return value_E;
}

class QuantileHistogram final : public Controller {
 public:
  QuantileHistogram(const MemoryParams& p, const Site&) : p_(p) {}

  [[nodiscard]] Statistic wants() const override { return Statistic::kLacking; }
  [[nodiscard]] std::vector<std::string> claims() const override {
    return {"bias"};
  }

  void step(int64_t, std::span<LayerControl> layers) override {
    convention_.check();
    for (auto& layer : layers) {
      const bool all = layer.knobs.k >= std::ssize(layer.knobs.bias);
      if (!layer.totals.lacking.empty() && layer.totals.counts.tokens > 0 &&
          !all) {
        blend_bias(layer.knobs.bias, thresholds(layer), p_.memory);
      }
    }
  }
  void state(const StateVisitor& visit) override { convention_.state(visit); }

 private:
  MemoryParams p_;
  BiasSign convention_;
};

}  // namespace quantile_histogram_part

extern constinit const Variant<Controller> quantile_histogram = {
    .info =
        {.name = "quantile-histogram",
         .summary = "the same from counts, whatever the number of tokens",
         .paper = "",
         .params = kMemoryParams},
    .make = make_part<
        Controller,
        quantile_histogram_part::QuantileHistogram,
        MemoryParams>};

}  // namespace moestro::controllers
