// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include "cli/dispatch.h"
#include "cli/shell.h"
#include "cli/verbs.h"
#include "moestro/lab/registry.h"

namespace moestro {

namespace {

int answer(int argc, char** argv, const Registry& registry) {
  const std::vector<Verb> verbs = {
#define MOESTRO_SECTION(title)
#define MOESTRO_CORE_VERB(name, usage, about) \
  bound(#name, name##_verb, registry),
#define MOESTRO_TORCH_VERB MOESTRO_CORE_VERB
#include "cli/verbs.def"
#undef MOESTRO_SECTION
#undef MOESTRO_CORE_VERB
#undef MOESTRO_TORCH_VERB
  };
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return dispatch(arguments, verbs, nullptr);
}

}  // namespace

int run(int argc, char** argv, const Registry& registry) {
  return guarded([&] { return answer(argc, argv, registry); });
}

}  // namespace moestro

extern "C" __attribute__((visibility("default"))) int moestro_run_torch(
    int argc, char** argv) {
  return moestro::guarded(
      [=] { return moestro::run(argc, argv, moestro::registry()); });
}
