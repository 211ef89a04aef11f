// SPDX-License-Identifier: Apache-2.0
// How the threads of libtorch's OpenMP wait for each other. Its runtime reads
// the environment when it is loaded, so this is decided before.
#pragma once

#include <string>

namespace moestro {

// Spins briefly where a trial of some milliseconds finds the cores free, sleeps
// at once where other work wants them; what the user's environment says wins.
// No result depends on it. Sets OMP_WAIT_POLICY, GOMP_SPINCOUNT and, for
// `moestro env`, MOESTRO_WAITING.
void choose_waiting();

// The line of `moestro env`.
[[nodiscard]] std::string waiting_text();

}  // namespace moestro
