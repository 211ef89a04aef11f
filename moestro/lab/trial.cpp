// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/trial.h"

#include <algorithm>
#include <csignal>
#include <optional>

#include "moestro/base/error.h"
#include "moestro/lab/as_counts.h"
#include "moestro/lab/injector.h"
#include "moestro/train/alarm_sink.h"
#include "moestro/train/conduct.h"
#include "moestro/train/trainer.h"

namespace moestro {
namespace {

void append(std::vector<Setting>& all, const std::vector<Setting>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

// The runs between two changes of configuration.
class Course {
 public:
  Course(
      const Scenario& scenario,
      const TrialSite& site,
      const RunFolder& folder,
      Injector* injector)
      : scenario_(scenario),
        site_(site),
        folder_(folder),
        injector_(injector) {}

  int run(std::vector<Setting> settings) {
    auto change = scenario_.changes.begin();
    const auto end = injector_ == nullptr ? change : scenario_.changes.end();
    for (; change != end && change->when.at <= 1; ++change) {
      append(settings, change->settings);
    }
    auto result = part(settings, change == end ? 0 : change->when.at, true);
    while (result.ending == Ending::kSignal && change != end &&
           result.step == change->when.at - 1) {
      append(settings, change->settings);
      ++change;
      result = part(settings, change == end ? 0 : change->when.at, false);
    }
    return result.ending == Ending::kSignal ? site_.stop() : 0;
  }

 private:
  // Until before step `until`; 0 = to the end.
  TrainResult part(
      const std::vector<Setting>& settings, int64_t until, bool first) {
    const auto config = resolve(settings, site_.registry);
    StoreSink store(folder_.store().string());
    AlarmSink alarms(site_.registry, folder_.store().string(), {&store});
    Company company{.sinks = {&store, &alarms}};
    if (injector_ != nullptr) {
      company.hands.push_back(injector_);
    }
    std::optional<Conduct> conductor;
    if (config.conductor.mode != "observe") {
      conductor.emplace(site_.registry, config, folder_, alarms);
      company.hands.push_back(&*conductor);
    }
    company.stop = [this, until] {
      const bool there =
          until > 0 && injector_ != nullptr && injector_->step() >= until - 1;
      return there ? SIGTERM : site_.stop();
    };
    if (first) {
      return start_run(folder_, config, site_.registry, company);
    }
    replace_config(folder_, config.toml(site_.registry));
    const OpenRun run{
        folder_,
        FolderLock(folder_.path),
        {config, newest_checkpoint(folder_.checkpoints(), [](auto&) {})}};
    return resume_run(run, site_.registry, company);
  }

  const Scenario& scenario_;
  const TrialSite& site_;
  const RunFolder& folder_;
  Injector* injector_;
};

bool is_action(const RunReader::Event& e) {
  constexpr std::string_view kKinds[] = {
      "suggested", "acted", "succeeded", "undone"};
  return std::ranges::find(kKinds, e.kind) != std::end(kKinds);
}

}  // namespace

std::string_view name_of(Arm arm) {
  constexpr std::string_view kNames[] = {"healthy", "untreated", "treated"};
  return kNames[static_cast<size_t>(arm)];
}

std::vector<Setting> settings_of(
    const Scenario& scenario, Arm arm, int64_t seed, const TrialSite& site) {
  auto all = scenario_base();
  append(all, scenario.config);
  if (arm != Arm::kHealthy) {
    append(all, scenario.fault);
  }
  append(all, site.sets);
  all.push_back({"train.seed", seed, {"--seeds"}});
  all.push_back({"data.path", site.corpus, {"--data"}});
  if (arm == Arm::kTreated) {
    all.push_back({"conductor.mode", std::string("auto"), {"lab scenario"}});
  }
  return all;
}

Trial run_trial(
    const Scenario& scenario, Arm arm, int64_t seed, const TrialSite& site) {
  const RunFolder folder{
      site.folder / (scenario.id + "-" + std::to_string(seed) + "-" +
                     std::string(name_of(arm)))};
  const auto settings = settings_of(scenario, arm, seed, site);
  Injector injector(scenario, static_cast<uint64_t>(seed));
  Course course(
      scenario, site, folder, arm == Arm::kHealthy ? nullptr : &injector);
  Trial trial{.folder = folder.path, .stopped = course.run(settings)};
  if (trial.stopped != 0) {
    return trial;
  }
  const RunReader reader(folder.store().string());
  trial.valid = reader.scalar("valid/lm");
  std::ranges::copy_if(
      reader.events(), std::back_inserter(trial.actions), is_action);
  trial.examination = site.as_counts
                          ? examine_as_counts(reader, folder, site.registry)
                          : examine(reader, site.registry);
  return trial;
}

}  // namespace moestro
