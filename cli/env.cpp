// SPDX-License-Identifier: Apache-2.0
// moestro env with libtorch.
#include <cstdio>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>

#include "cli/command.h"
#include "cli/verbs.h"
#include "cli/waiting.h"

namespace moestro {

int env_verb(Arguments arguments, const Registry&) {
  Command command("env", "Versions, threads and instruction sets.");
  if (command.parse(arguments)) {
    std::fputs(core_environment().c_str(), stdout);
    std::printf("waiting   %s\n", waiting_text().c_str());
    std::printf(
        "libtorch  " TORCH_VERSION ", cpu capability %s, %d threads\n",
        at::get_cpu_capability().c_str(),
        at::get_num_threads());
    std::printf(
        "cuda      %s\n",
        at::globalContext().hasCUDA() ? "there is a device" : "no device");
  }
  return code(Exit::kFine);
}

}  // namespace moestro
