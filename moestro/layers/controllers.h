// SPDX-License-Identifier: Apache-2.0
// The controllers of a stack: one object for all routings whose layers name it
// with the same parameters, one owner for each knob.
#pragma once

#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "moestro/balance/ledger.h"
#include "moestro/base/api.h"
#include "moestro/base/registry.h"
#include "moestro/layers/stack.h"

MOESTRO_API_BEGIN
namespace moestro {

// Who moves the bias of a layer, and by how much in a step.
struct BiasRule {
  std::string controller{};                                // empty = nobody
  double rate = std::numeric_limits<double>::quiet_NaN();  // NaN = has none
};

class Controllers {
 public:
  // Layers whose bias has another rule than the configuration's. The owner is
  // then the conductor.
  using Conducted = std::map<size_t, BiasRule>;

  // ConfigurationError when two controllers of a layer claim the same knob, or
  // a conducted rule names none that has a rate. `num_steps`: planned length of
  // the run; 0 = unknown.
  Controllers(
      const Registry&, Stack&, int64_t num_steps, const Conducted& = {});

  // Other rules from now on; all other controllers keep their state.
  void conduct(const Conducted&);
  [[nodiscard]] const Conducted& conducted() const { return conducted_; }
  // The one in force.
  [[nodiscard]] BiasRule bias_rule(size_t layer) const;

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
    std::string name;  // of its state
    BiasRule rule;     // of its name and rate; whatever it moves
    std::unique_ptr<Controller> controller;
    std::vector<Served> served;
  };
  void add_configured();
  void add_conducted(size_t layer, const BiasRule&);
  [[nodiscard]] Member member(
      std::string name,
      const LayerSpec&,
      std::string_view controller,
      size_t layers) const;
  void serve(Member&, size_t layer);
  void claim(const Member&, const std::string& owner);

  Registry registry_;  // a value: whose it was may be gone
  Stack* stack_;
  int64_t num_steps_;
  Conducted conducted_;
  std::vector<Member> members_;
  std::map<std::pair<RoutingState*, std::string>, std::string> owners_;
};

}  // namespace moestro
MOESTRO_API_END
