// SPDX-License-Identifier: Apache-2.0
// Tensors of one routing pass -> the numbers that a step leaves behind.
#pragma once

#include "moestro/base/api.h"
#include "moestro/ops/routing.h"
#include "moestro/record/step.h"

MOESTRO_API_BEGIN
namespace moestro {

// Adds one forward of a layer to the record of its step; sequences are
// appended.
void accumulate(LayerRecord&, const Routing&);

}  // namespace moestro
MOESTRO_API_END
