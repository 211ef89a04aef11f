// SPDX-License-Identifier: Apache-2.0
// What can be done about a cause: which knob is moved, by how much, and by
// which number the success is known. A treatment decides and touches nothing:
// whoever trains moves what an order names (train/conduct.h is ours).
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/variant.h"
#include "moestro/control/controller.h"
#include "moestro/diagnose/verdict.h"

MOESTRO_API_BEGIN
namespace moestro {

// What can be moved.
enum class Lever : uint8_t {
  // Knobs of a routing.
  kBias,      // an offset, once: after - before is added
  kBiasRate,  // of the controller that moves the bias; before empty = none did
  kLossWeight,
  kTemperature,
  kNoise,
  kCapacity,
  // Knobs of the run.
  kRouterLr,
  kRouterClip,
  kLr,
  // Tensors: `after` holds the dose.
  kRouterRows,  // every row to this length; moments reset
  kRevive,      // one expert becomes a copy of another: donor, noise
  kPerturb,     // noise on every expert, in units of its own size
  kRewind       // weights, moments and knobs of the checkpoint of this step
};
// "bias", "bias_rate", ...
[[nodiscard]] std::string_view name_of(Lever);
// Nothing for a name that no lever has.
[[nodiscard]] std::optional<Lever> lever_of(std::string_view name);

struct Act {
  Lever lever = Lever::kLr;
  int32_t layer = -1;  // -1: of the run
  std::string routing{};
  int32_t expert = -1;
  std::string name{};  // of the loss or the controller
  std::vector<double> before{}, after{};
  // Comes back with `before`: the bias of a controller that was not there.
  std::vector<double> kept{};

  friend bool operator==(const Act&, const Act&) = default;
};

// Declared before anything is done.
struct SuccessTest {
  // "max-vio", "load", "drop-rate", "token-entropy", "lse-rms", "max-logit", or
  // the name of a recorded series, such as "bias-overlap" or "loss/lm".
  std::string statistic;
  std::vector<int32_t> layers{};  // the worst of them; empty: of the run
  int32_t expert = -1;
  bool below = true;  // the threshold is success
  double threshold = 0;
  double before = std::numeric_limits<double>::quiet_NaN();
  int64_t windows = 8;  // horizon
  bool early = true;    // two windows in a row are enough; else the last counts

  friend bool operator==(const SuccessTest&, const SuccessTest&) = default;
};
// NaN where the window does not know it.
[[nodiscard]] double value_of(const SuccessTest&, const RunWindow&);

struct Order {
  std::string verdict{};  // "D03"
  int64_t rung = 0;       // of the treatment's ladder
  std::vector<Act> acts{};
  std::string reason{};
  SuccessTest test{};
  bool temporary = false;  // what worked is taken back as well
};

// "bias_rate (sign-bias) of layers 0, 1: none -> 0.01; capacity of layer 2:
// ..."
[[nodiscard]] std::string text_of(const std::vector<Act>&);
// "max-vio of layers 0, 1 below 0.8 within 8 windows (now 1.9)"
[[nodiscard]] std::string text_of(const SuccessTest&);

// Where the knobs of one routing stand, and who moves them.
struct RoutingPanel {
  int32_t layer = 0;
  std::string routing{};
  Knobs knobs{};
  std::vector<std::string> losses{};  // in the order of knobs.loss_weight
  std::string balancer{};             // controller of the bias; empty = none
  double bias_rate = std::numeric_limits<double>::quiet_NaN();
  std::set<std::string> owned{};  // knobs that controllers move
  // Lengths of the router's rows, and the length they began with; empty and 0
  // where the router has none.
  std::vector<double> row_length_E{};
  double first_row_length = 0;
  // Of each expert, the least of its matrices against the median expert's.
  std::vector<double> size_E{};

  [[nodiscard]] LayerKey key() const { return {layer, routing}; }
  [[nodiscard]] double weight_of(size_t loss) const;
  // Something pulls its loads together.
  [[nodiscard]] bool balanced() const;
};

struct Panel {
  std::vector<RoutingPanel> routings{};
  RunKnobs run{};
  std::vector<int64_t> checkpoints{};  // steps one may go back to, ascending

  // Of these layers; all where none are named.
  [[nodiscard]] std::vector<const RoutingPanel*> of(
      const std::vector<int32_t>& layers) const;
};

// What a treatment looks at.
struct Exam {
  const Case& record;
  const RunWindow& window;  // the newest
  const Panel& panel;
};

class Treatment {
 public:
  static constexpr std::string_view kKind = "treatment";
  struct Site {};

  virtual ~Treatment() = default;
  // The rung-th thing to try, mildest first; nothing where there is no such
  // rung or it would move nothing. Doses depend on knobs and counts alone, so
  // that a resumed run gives the same.
  [[nodiscard]] virtual std::optional<Order> plan(
      const Exam&, const Diagnosis&, int64_t rung) const = 0;
  // A sign of another kind than the alarms, read from knobs or weights; empty
  // for none.
  [[nodiscard]] virtual std::string confirmed(
      const Exam&, const Diagnosis&) const {
    return {};
  }
};

// Windows in which a number that is measured every `key` steps is seen twice.
[[nodiscard]] int64_t windows_of(const Case&, std::string_view key);

// An act on the bias of one routing that changes nothing yet.
[[nodiscard]] Act move_bias(const RoutingPanel&);

// An act on a knob of one routing.
[[nodiscard]] Act move_knob(
    const RoutingPanel&, Lever, double before, double after);

}  // namespace moestro
MOESTRO_API_END
