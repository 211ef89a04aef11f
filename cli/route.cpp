// SPDX-License-Identifier: Apache-2.0
// moestro route RECIPE --logits FILE
#include <cstdio>

#include "cli/command.h"
#include "cli/verbs.h"
#include "moestro/lab/route_once.h"

namespace moestro {
namespace {

void print_plain(const Json& answer) {
  std::printf("token  slot  expert  weight\n");
  for (const auto& pair : answer.at("assignments").as_array()) {
    std::printf(
        "%5ld  %4ld  %6ld  %.6f\n",
        static_cast<long>(pair.at("token").as_int()),
        static_cast<long>(pair.at("slot").as_int()),
        static_cast<long>(pair.at("expert").as_int()),
        pair.at("weight").as_number());
  }
  for (const auto* name : {"demand", "kept", "dropped"}) {
    std::printf("%-8s", name);
    for (const auto& count : answer.at(name).as_array()) {
      std::printf(" %ld", static_cast<long>(count.as_int()));
    }
    std::printf("\n");
  }
  for (const auto& [name, value] : answer.at("losses").as_object()) {
    std::printf("loss %s = %.9g\n", name.c_str(), value.as_number());
  }
}

}  // namespace

int route_verb(Arguments arguments, const Registry& registry) {
  Command command(
      "route",
      "Routes given logits as a recipe would, without random draws, and prints "
      "ids, weights, counts, drops and losses.");
  RouteRequest request;
  std::string logits, features;
  std::vector<std::string> sets;
  bool json = false;
  command.needs("RECIPE", request.recipe, "`moestro methods` lists them");
  command.option(
      "--logits", logits, "JSON or safetensors with 'logits' [T,E]; - = stdin");
  command.option("--features", features, "the same with 'features' [T,D]");
  command.repeated("--set", sets, "KEY=VALUE; repeatable");
  command.repeated("--loss", request.losses, "a loss to print; repeatable");
  command.flag("--json", json, "machine-readable");
  command.example(
      "The file may also hold 'bias' [E] (added when experts are ranked), "
      "'mask'\n"
      "[T] (true = a real token), 'ids' [T] and 'sequence' [T]; a bare JSON "
      "array\n"
      "is 'logits'.\n\n"
      "example: moestro route deepseek-v3 --logits logits.json "
      "--set moe.top_k=2 --json");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  if (logits.empty() == features.empty()) {
    fail_usage("route takes either --logits FILE or --features FILE");
  }
  request.settings = parse_overrides(sets);
  const auto& path = logits.empty() ? features : logits;
  auto input = read_route_input(path);
  const auto& wanted = logits.empty() ? input.features_TD : input.logits_TE;
  if (!wanted.defined()) {
    fail_data(
        (logits.empty() ? features + " has no 'features'"
                        : logits + " has no 'logits'"));
  }
  (logits.empty() ? input.logits_TE : input.features_TD) = at::Tensor();
  for (const auto& note : notes_of(request, input, registry)) {
    print_error(note);
  }
  const auto answer = route_once(request, input, registry);
  if (json) {
    std::puts(dump(answer).c_str());
  } else {
    print_plain(answer);
  }
  return code(Exit::kFine);
}

}  // namespace moestro
