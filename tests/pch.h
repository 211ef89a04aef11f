// SPDX-License-Identifier: Apache-2.0
// The precompiled header of the core's tests, most of which take less time to
// compile than googletest takes to read.
#pragma once

#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "moestro/base/pch.h"
