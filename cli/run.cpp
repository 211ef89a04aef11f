// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include "cli/dispatch.h"
#include "cli/verbs.h"
#include "moestro/lab/registry.h"

namespace moestro {

int run(int argc, char** argv, const Registry& registry) {
  using TorchVerb = int (*)(Arguments, const Registry&);
  const auto bound = [&registry](std::string_view name, TorchVerb verb) {
    return Verb{name, "", [verb, &registry](Arguments arguments) {
                  return verb(arguments, registry);
                }};
  };
  std::vector<Verb> verbs = {
      bound("train", train_verb),
      bound("resume", resume_verb),
      bound("eval", eval_verb),
      bound("generate", generate_verb),
      bound("data", data_verb),
      bound("methods", methods_verb),
      bound("route", route_verb),
      bound("env", torch_env_verb)};
  for (auto& verb : core_verbs(registry)) {
    verbs.push_back(verb);
  }
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return dispatch(arguments, verbs, nullptr);
}

}  // namespace moestro

extern "C" __attribute__((visibility("default"))) int moestro_run_torch(
    int argc, char** argv) {
  return moestro::run(argc, argv, moestro::registry());
}
