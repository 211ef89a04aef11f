// SPDX-License-Identifier: Apache-2.0
// Run stores, step records, safetensors. Free of libtorch.
#pragma once

#include "moestro/base/durable.h"
#include "moestro/record/safetensors.h"
#include "moestro/record/step.h"
#include "moestro/record/store.h"
