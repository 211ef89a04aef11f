// SPDX-License-Identifier: Apache-2.0
// The section [conductor] of a configuration.
#pragma once

#include <cstdint>
#include <string_view>

#include "moestro/base/api.h"
#include "moestro/base/descriptor.h"

MOESTRO_API_BEGIN
namespace moestro {

struct ConductorOptions {
  std::string_view mode = "observe";
  int64_t actions = 6;    // in the whole run
  int64_t cool_down = 4;  // windows
  int64_t fresh_steps = 50;
};

inline constexpr Param kConductorParams[] = {
    param<&ConductorOptions::mode>(
        "mode",
        "observe: nothing; suggest: the journal says what auto would do; auto: "
        "it is done, tested and taken back where it does not help")
        .with({.choices = "observe,suggest,auto"}),
    param<&ConductorOptions::actions>(
        "actions", "most actions in the whole run", {0, 1000}),
    param<&ConductorOptions::cool_down>(
        "cool_down", "windows without action after one has ended", {1, 1000}),
    param<&ConductorOptions::fresh_steps>(
        "fresh_steps",
        "age in steps of the checkpoint that an action may rest on; an older "
        "one is renewed first",
        {0, 1e9})};

}  // namespace moestro
MOESTRO_API_END
