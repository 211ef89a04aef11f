// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/core_registry.h"

#include "moestro/base/manifests.h"

namespace moestro {

Registry core_registry() {
  Registry all;
  add_core_parts(all);
  return all;
}

}  // namespace moestro
