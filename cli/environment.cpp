// SPDX-License-Identifier: Apache-2.0
// What to paste into a bug report, as far as it needs no libtorch.
#include <cstdio>
#include <thread>

#include <sys/utsname.h>

#include "cli/command.h"
#include "cli/verbs.h"
#include "moestro/base/version.h"

namespace moestro {

std::string core_environment() {
  utsname system{};
  uname(&system);
  std::string isa;
#if defined(__x86_64__)
  __builtin_cpu_init();
  isa += __builtin_cpu_supports("avx2") ? " avx2" : "";
  isa += __builtin_cpu_supports("avx512f") ? " avx512f" : "";
  isa += __builtin_cpu_supports("avx512bf16") ? " avx512bf16" : "";
#endif
  return "moestro   " + std::string(version()) +
         "\n"
         "compiler  " __VERSION__
         "\n"
         "system    " +
         std::string(system.sysname) + " " + system.release + " " +
         system.machine + "\n" + "cores     " +
         std::to_string(std::thread::hardware_concurrency()) + "\n" +
         "isa      " + isa + "\n";
}

int core_env_verb(Arguments arguments, const Registry&) {
  Command command("env", "Versions, threads and instruction sets.");
  if (command.parse(arguments)) {
    std::fputs(core_environment().c_str(), stdout);
    std::fputs("libtorch  not built in\n", stdout);
  }
  return code(Exit::kFine);
}

}  // namespace moestro
