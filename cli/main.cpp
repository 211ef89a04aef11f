// SPDX-License-Identifier: Apache-2.0
// The program. Verbs that compute with tensors live in a library of their own,
// because starting libtorch costs half a second: it is opened when one is
// asked.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <malloc.h>

#include "cli/dispatch.h"
#include "moestro/diagnose/core_registry.h"

namespace {

using TorchEntry = int (*)(int, char**);

// Beside the program in the build tree, in ../lib where it is installed.
std::string library_path() {
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  const auto beside = self.parent_path() / "libmoestro_cli.so";
  return std::filesystem::exists(beside)
             ? beside.string()
             : (self.parent_path() / "../lib/libmoestro_cli.so").string();
}

int run_torch_verb(int argc, char** argv) {
  // Waiting threads that spin make a machine with other work ten times slower
  // (measured); the user's own choice wins.
  setenv("OMP_WAIT_POLICY", "passive", /*overwrite=*/0);
  // A step frees and asks for the same large blocks again; handing them back to
  // the system each time costs a quarter of it in page faults (measured).
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  void* library = dlopen(library_path().c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw moestro::Error(
        "'" + std::string(argv[1]) +
        "' needs libtorch, and its library cannot be opened (" + dlerror() +
        "); build with `make build`");
  }
  const auto entry =
      reinterpret_cast<TorchEntry>(dlsym(library, "moestro_run_torch"));
  if (entry == nullptr) {
    throw moestro::Error(library_path() + " is no library of this program");
  }
  return entry(argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto registry = moestro::core_registry();
  auto verbs = moestro::core_verbs(registry);
  if (std::filesystem::exists(library_path())) {
    std::erase_if(verbs, [](const auto& verb) { return verb.name == "env"; });
  }
  return moestro::dispatch(
      arguments, verbs, [=] { return run_torch_verb(argc, argv); });
}
