// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/registry.h"

#include "moestro/diagnose/core_registry.h"
#include "moestro/layers/layer.h"

namespace moestro {

Registry registry() {
  auto all = core_registry();
  all.add_all<Gate>();
  all.add_all<Perturb>();
  all.add_all<Score>();
  all.add_all<Select>();
  all.add_all<Admit>();
  all.add_all<Weigh>();
  all.add_all<Router>();
  all.add_all<Exchange>();
  all.add_all<Experts>();
  all.add_all<Loss>();
  all.add_all<Layer>();
  return all;
}

}  // namespace moestro
