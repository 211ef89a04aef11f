// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/version.h"

namespace moestro {

const char* version() {
  return MOESTRO_VERSION;
}

}  // namespace moestro
