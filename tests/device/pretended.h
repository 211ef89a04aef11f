// SPDX-License-Identifier: Apache-2.0
// A CUDA device for machines that have none, so that tests there find what
// would fail on a real one. See pretended.cpp.
#pragma once

#include <cstdint>

namespace moestro::test {

// From here on at::kCUDA works in this process. Needs a libtorch that sees no
// CUDA device of its own.
void pretend_cuda();

[[nodiscard]] bool pretends();

// Copies from the device to the host so far, single values among them: each of
// them makes a program wait on a real device.
[[nodiscard]] int64_t pretended_reads();

}  // namespace moestro::test
