// SPDX-License-Identifier: Apache-2.0
// The controllers of a stack: one object for all routings whose layers name it
// with the same parameters, one owner for each knob.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "moestro/balance/ledger.h"
#include "moestro/base/api.h"
#include "moestro/layers/stack.h"

MOESTRO_API_BEGIN
namespace moestro {

class Controllers {
 public:
  // ConfigurationError when two controllers of a layer claim the same knob.
  // `num_steps`: planned length of the run; 0 = unknown.
  Controllers(const Registry&, Stack&, int64_t num_steps);

  // Tells the ledger what each routing's controllers read.
  void declare(Ledger&) const;

  // After an optimizer step that was taken, from the ledger's totals.
  void step(int64_t step, const Ledger&);

  void state(const Controller::StateVisitor&);

  // Some controller moves this knob of the routing.
  [[nodiscard]] bool moves(RoutingState& routing, const char* knob) const {
    return owners_.contains({&routing, knob});
  }

 private:
  struct Served {
    int32_t layer;
    RoutingState* routing;
  };
  struct Member {
    std::string name;
    std::unique_ptr<Controller> controller;
    std::vector<Served> served;
  };
  void claim(const Member&, std::string_view controller);

  std::vector<Member> members_;
  std::map<std::pair<RoutingState*, std::string>, std::string> owners_;
};

}  // namespace moestro
MOESTRO_API_END
