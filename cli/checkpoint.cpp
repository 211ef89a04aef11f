// SPDX-License-Identifier: Apache-2.0
// moestro checkpoint verify RUN|PATH
#include "moestro/train/checkpoint.h"

#include <cstdio>
#include <filesystem>

#include "cli/command.h"
#include "cli/verbs.h"
#include "moestro/base/json.h"
#include "moestro/train/run_folder.h"

namespace moestro {
namespace {

// Of a run all, of a checkpoint itself.
std::vector<CheckpointPlace> places_of(const std::string& path) {
  const RunFolder run{path};
  std::error_code ignored;
  if (std::filesystem::exists(run.path / "manifest.json", ignored)) {
    return {place_of(std::filesystem::absolute(run.path))};
  }
  auto places = list_checkpoints(run.checkpoints());
  if (places.empty()) {
    fail_data(path + " is no checkpoint, and no run that has one", path);
  }
  return places;
}

Json verified(const CheckpointPlace& place) {
  return JsonObject{
      {"step", place.step},
      {"path", place.path.string()},
      {"faults", Json(faults_of(place))}};
}

void print(const Json& checkpoint) {
  const auto faults = checkpoint.at("faults").as_array();
  std::printf(
      "%s  %s\n",
      checkpoint.at("path").as_string().c_str(),
      faults.empty() ? "sound" : "damaged");
  for (const auto& fault : faults) {
    std::printf("  %s\n", fault.as_string().c_str());
  }
}

int verify(Arguments arguments) {
  Command command(
      "checkpoint verify",
      "Reads every byte of a run's checkpoints and says what does not fit.");
  std::string path;
  bool json = false;
  command.needs("RUN|PATH", path, "folder of a run, or of one checkpoint");
  command.flag("--json", json, "machine-readable");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  Json checkpoints = JsonArray{}, faults = JsonArray{};
  for (const auto& place : places_of(path)) {
    const auto one = verified(place);
    for (const auto& fault : one.at("faults").as_array()) {
      faults.append(fault);
    }
    checkpoints.append(one);
    if (!json) {
      print(one);
    }
  }
  if (json) {
    Json answer;
    answer.set("version", 1)
        .set("checkpoints", checkpoints)
        .set("faults", faults);
    std::puts(dump(answer).c_str());
  }
  return code(faults.as_array().empty() ? Exit::kFine : Exit::kData);
}

}  // namespace

int checkpoint_verb(Arguments arguments, const Registry&) {
  if (!arguments.empty() && arguments[0] == "verify") {
    return verify(arguments.subspan(1));
  }
  if (!arguments.empty() &&
      (arguments[0] == "--help" || arguments[0] == "-h")) {
    std::puts("moestro checkpoint verify RUN|PATH   is every byte as written?");
    return code(Exit::kFine);
  }
  fail_usage("checkpoint takes verify; see `moestro checkpoint --help`");
}

}  // namespace moestro
