// SPDX-License-Identifier: Apache-2.0
// The controllers of a run: one object for all layers that name it with the
// same parameters, one owner for each knob.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/layers/spec.h"

MOESTRO_API_BEGIN
namespace moestro {

class Controllers {
 public:
  // ConfigurationError when two controllers of a layer claim the same knob.
  Controllers(
      const Registry&, std::span<const LayerSpec> layers, int64_t num_steps);

  // After an optimizer step that was taken; totals, layouts and knobs have one
  // entry a block.
  void step(
      int64_t step,
      std::span<const Totals> totals,
      std::span<const Layout> layouts,
      std::span<Knobs> knobs);

  void state(const Controller::StateVisitor&);

 private:
  struct Member {
    std::string name;
    std::unique_ptr<Controller> controller;
    std::vector<size_t> layers;
  };
  std::vector<Member> members_;
};

}  // namespace moestro
MOESTRO_API_END
