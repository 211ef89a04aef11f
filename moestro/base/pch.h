// SPDX-License-Identifier: Apache-2.0
// The precompiled header of the torch-free core: what most of its sources read
// of the standard library. Sources include what they use all the same: lint
// reads them without it (on a bare clone several at once, else each alone).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>
