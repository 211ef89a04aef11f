// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace moestro {

// MAJOR.MINOR.PATCH of the CMake project, the one place where it stands.
[[nodiscard]] const char* version();

}  // namespace moestro
