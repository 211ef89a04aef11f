// SPDX-License-Identifier: Apache-2.0
// What cmake/MoestroParts.cmake makes of the manifests, a function each half.
#pragma once

#include "moestro/base/api.h"
#include "moestro/base/registry.h"

MOESTRO_API_BEGIN
namespace moestro {

void add_core_parts(Registry&);
void add_torch_parts(Registry&);

}  // namespace moestro
MOESTRO_API_END
