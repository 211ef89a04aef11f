// SPDX-License-Identifier: Apache-2.0
// What may be moved while a run goes on, and who moves it. Torch-free.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/variant.h"
#include "moestro/plan/layout.h"
#include "moestro/record/counts.h"

MOESTRO_API_BEGIN
namespace moestro {

// Everything a controller, schedule, scenario or conductor may move in one
// layer. One owner a knob: two claims are refused at load. Checkpointed.
struct Knobs {
  std::vector<float> bias;  // [E] added to what selection ranks by, only there
  int64_t k = 2;
  double temperature = 1, noise = 1;
  double capacity = 0;              // factor; 0 = nobody is dropped
  std::vector<double> loss_weight;  // one a configured loss, in their order
};

// The same for the whole run.
struct RunKnobs {
  double router_lr_scale = 1;
  double router_clip = 0;  // norm; 0 = no clip of its own
  double lr_scale = 1;     // of all learning rates
};

// Additive facts about one routing: summed over micro-batches and ranks,
// training tokens only, each counted once.
struct Totals {
  Counts counts;
  // Where a controller of the layer wants them, valid tokens only:
  std::vector<double> scores{};    // [tokens, E] row-major, without bias
  std::vector<int64_t> lacking{};  // [E, kLackingBins], see lacking_range

  void add(const Totals&);
};

// What a score lacks to be chosen, alpha_t - s_te with alpha_t the (k+1)-th
// largest biased score of the token, as counts in equal bins (Su 2026; 1000
// bins over [min b - 1, max b + 1] hold every score within [0, 1]; what lies
// outside goes to the outermost bins).
inline constexpr int64_t kLackingBins = 1000;
struct LackingRange {
  double low, high;
};
[[nodiscard]] LackingRange lacking_range(std::span<const float> bias_E);

struct LayerControl {
  const Totals& totals;
  const Layout& layout;
  Knobs& knobs;
};

// What a controller reads of Totals; each holds what stands before it.
enum class Statistic { kNone, kDemand, kLacking, kScores };

// One object serves all layers that name it: some rules share their state
// (ReMoE's lambda). State is plain doubles, saved and restored bit for bit.
class Controller {
 public:
  static constexpr std::string_view kKind = "controller";
  struct Site {
    int64_t num_layers = 1;  // that name it
    int64_t top_k = 1;       // of those layers
    int64_t num_steps = 1;   // planned length of the run; 0 = unknown
    std::span<const std::string_view> losses{};  // order of Knobs::loss_weight
  };
  using StateVisitor =
      std::function<void(std::string_view name, std::vector<double>& value)>;

  virtual ~Controller() = default;
  [[nodiscard]] virtual Statistic wants() const { return Statistic::kNone; }
  // Knobs that only this controller may move: "bias", "k", "temperature",
  // "loss_weight.switch".
  [[nodiscard]] virtual std::vector<std::string> claims() const = 0;
  // Once per optimizer step that was taken; skipped steps don't count.
  virtual void step(int64_t step, std::span<LayerControl> layers) = 0;
  virtual void state(const StateVisitor&) {}
};

}  // namespace moestro
MOESTRO_API_END
