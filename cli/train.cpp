// SPDX-License-Identifier: Apache-2.0
// moestro train CONFIG...
#include <cstdio>
#include <filesystem>

#include "cli/command.h"
#include "cli/settings_options.h"
#include "cli/training.h"
#include "cli/verbs.h"

namespace moestro {
namespace {

// runs/<name of the last file>, with a number when it is taken.
std::string free_run(const std::vector<std::string>& files) {
  const auto stem = files.empty()
                        ? "run"
                        : std::filesystem::path(files.back()).stem().string();
  auto path = "runs/" + stem;
  for (int n = 2; std::filesystem::exists(path); ++n) {
    path = "runs/" + stem + "-" + std::to_string(n);
  }
  return path;
}

}  // namespace

int train_verb(Arguments arguments, const Registry& registry) {
  Command command("train", "Trains a model on real text.");
  std::vector<std::string> files;
  std::string run, fail_on;
  SettingsOptions options;
  bool check = false;
  command.any_number("CONFIG", files, "TOML files; later ones win");
  command.option("--run", run, "folder of the run");
  command.flag("--check", check, "only print the resolved configuration");
  command.option(
      "--fail-on", fail_on, "alarm that ends the run: warn, page (exit 11)");
  options.declare(command);
  command.example(
      "example: moestro train examples/demo.toml --set moe.recipe=topk");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  std::vector<Setting> settings;
  for (const auto& file : files) {
    if (file.find('=') != std::string::npos && !std::filesystem::exists(file)) {
      fail_usage(
          "'" + file + "' is no file; a key is set with --set " + file +
          ", one --set for each");
    }
    const auto more = read_toml(file);
    settings.insert(settings.end(), more.begin(), more.end());
  }
  const auto more = options.settings();
  settings.insert(settings.end(), more.begin(), more.end());
  if (!fail_on.empty()) {
    settings.push_back({"alarms.fail_on", fail_on, {"--fail-on"}});
  }
  const auto config = with_threads(resolve(settings, registry));
  if (check) {
    check_config(config, registry);
    for (const auto& note : config.notes) {
      print_error(note);
    }
    std::fputs(config.toml(registry).c_str(), stdout);
    return code(Exit::kFine);
  }
  const RunFolder folder{run.empty() ? free_run(files) : run};
  if (holds_run(folder)) {
    fail_usage(
        folder.path.string() + " already holds a run; `moestro resume " +
        folder.path.string() +
        "` continues it, --run DIR names another folder");
  }
  catch_signals();
  Followers followers(config, registry, folder);
  return finish_training(
      start_run(folder, config, registry, followers.company()), folder);
}

}  // namespace moestro
