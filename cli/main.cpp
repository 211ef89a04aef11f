// SPDX-License-Identifier: Apache-2.0
// The program. Verbs that compute with tensors live in a library of their own,
// because starting libtorch costs half a second: it is opened when one is
// asked.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>

#include "cli/dispatch.h"
#include "cli/verbs.h"
#include "cli/waiting.h"
#include "moestro/diagnose/core_registry.h"

namespace {

using TorchEntry = int (*)(int, char**);

// Beside the program in the build tree, in ../lib where it is installed.
std::string library_path() {
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  const auto beside = self.parent_path() / "libmoestro_cli.so";
  return std::filesystem::exists(beside)
             ? beside.string()
             : (self.parent_path() / MOESTRO_LIBRARY_FOLDER /
                "libmoestro_cli.so")
                   .string();
}

// An installed program knows no path of a torch; what is loaded here is found
// by name later on.
void open_torch_of_prefix() {
  if (const char* prefix = std::getenv("MOESTRO_TORCH_PREFIX")) {
    for (const auto* name : {"libc10.so", "libtorch_cpu.so"}) {
      const auto path = std::filesystem::path(prefix) / "lib" / name;
      dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
    }
  }
}

// A step frees and asks for the same large blocks again; handing them back to
// the system each time costs a quarter of it in page faults (measured).
void keep_large_blocks() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

int run_torch_verb(int argc, char** argv) {
  moestro::choose_waiting();
  keep_large_blocks();
  open_torch_of_prefix();
  void* library = dlopen(library_path().c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw moestro::Error(
        "'" + std::string(argv[1]) +
        "' needs libtorch, and its library cannot be opened (" + dlerror() +
        "); build with `make build`, or name the folder of an installed torch "
        "in MOESTRO_TORCH_PREFIX");
  }
  const auto entry =
      reinterpret_cast<TorchEntry>(dlsym(library, "moestro_run_torch"));
  if (entry == nullptr) {
    throw moestro::Error(library_path() + " is no library of this program");
  }
  return entry(argc, argv);
}

// A stream that the caller closed must not become the number of a file of ours,
// which messages would then be written into. Writing to it still fails.
void occupy_closed_streams() {
  for (int stream = 0; stream <= 2; ++stream) {
    if (fcntl(stream, F_GETFD) == -1) {
      (void)!open("/dev/null", O_RDONLY);
    }
  }
}

int answer(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto registry = moestro::core_registry();
  auto verbs = moestro::core_verbs(registry);
  if (!std::filesystem::exists(library_path())) {
    verbs.push_back(moestro::bound("env", moestro::core_env_verb, registry));
  }
  return moestro::dispatch(
      arguments, verbs, [=] { return run_torch_verb(argc, argv); });
}

}  // namespace

int main(int argc, char** argv) {
  occupy_closed_streams();
  // Beyond the limit on file sizes a write then fails like one on a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  return moestro::guarded([=] { return answer(argc, argv); });
}
