// SPDX-License-Identifier: Apache-2.0
// Signals that ask for an orderly end.
#pragma once

namespace moestro {

// Installs handlers for SIGINT, SIGTERM and SIGHUP: what is under way is
// finished and saved; a second signal ends the process at once.
void catch_signals();

// The signal that arrived, 0 = none.
[[nodiscard]] int caught();

// As if this one had arrived, where none has.
void note_signal(int signal);

}  // namespace moestro
