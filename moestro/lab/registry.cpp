// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/registry.h"

#include "moestro/base/manifests.h"
#include "moestro/diagnose/core_registry.h"

namespace moestro {

Registry registry() {
  auto all = core_registry();
  add_torch_parts(all);
  return all;
}

}  // namespace moestro
