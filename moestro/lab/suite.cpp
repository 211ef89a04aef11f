// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/suite.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include "moestro/train/config.h"

namespace moestro {
namespace {

// A band needs more than two seeds.
constexpr int64_t kBandSeeds = 3;
constexpr double kTolerance = 0.01;

struct Job {
  const Scenario* scenario;
  Arm arm;
  int64_t seed;
};

class Suite {
 public:
  Suite(
      std::span<const Scenario> scenarios,
      const TrialSite& site,
      const SuiteOptions& options)
      : scenarios_(scenarios), site_(site), options_(options) {
    for (const auto& scenario : scenarios_) {
      plan(scenario);
    }
  }

  std::vector<ScenarioResult> run() {
    trials_.resize(jobs_.size());
    std::vector<std::jthread> workers;
    const auto count = std::clamp<int64_t>(
        options_.workers, 1, std::max<int64_t>(1, std::ssize(jobs_)));
    for (int64_t i = 1; i < count; ++i) {
      workers.emplace_back([this] { work(); });
    }
    work();
    workers.clear();
    if (failure_) {
      std::rethrow_exception(failure_);
    }
    return collect();
  }

 private:
  void plan(const Scenario& scenario) {
    for (int64_t i = 0; i < options_.seeds; ++i) {
      const auto seed = options_.first_seed + i;
      add({&scenario, Arm::kUntreated, seed});
      const bool treated =
          options_.treat && (scenario.healthy || scenario.expected.recoverable);
      if (treated) {
        add({&scenario, Arm::kTreated, seed});
      }
    }
    if (!scenario.healthy) {
      for (int64_t i = 0; i < std::max(kBandSeeds, options_.seeds); ++i) {
        add({&scenario, Arm::kHealthy, options_.first_seed + i});
      }
    }
  }

  // What is configured alike and disturbed by nobody is one run.
  void add(const Job& job) {
    const auto& all = site_.registry;
    auto text =
        resolve(settings_of(*job.scenario, job.arm, job.seed, site_), all)
            .toml(all);
    if (job.arm != Arm::kHealthy && job.scenario->injects()) {
      text += job.scenario->id;
    }
    const auto [found, fresh] = runs_.try_emplace(text, jobs_.size());
    places_[{job.scenario, job.arm, job.seed}] = found->second;
    if (fresh) {
      jobs_.push_back(job);
    }
  }

  void work() {
    for (auto i = next_++; i < jobs_.size(); i = next_++) {
      if (site_.stop() != 0 || failed_) {
        return;
      }
      try {
        run(i);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        failed_ = true;
        failure_ = std::current_exception();
        return;
      }
    }
  }

  void run(size_t i) {
    const auto& [scenario, arm, seed] = jobs_[i];
    auto trial = run_trial(*scenario, arm, seed, site_);
    const std::lock_guard lock(mutex_);
    if (trial.stopped == 0) {
      trials_[i] = std::move(trial);
    }
    ++done_;
    if (options_.progress) {
      options_.progress(
          done_,
          std::ssize(jobs_),
          scenario->id + " seed " + std::to_string(seed) + " " +
              std::string(name_of(arm)));
    }
  }

  [[nodiscard]] const std::optional<Trial>& trial(
      const Scenario& s, Arm arm, int64_t seed) const {
    static const std::optional<Trial> kNone;
    const auto found = places_.find({&s, arm, seed});
    return found == places_.end() ? kNone : trials_[found->second];
  }

  std::vector<ScenarioResult> collect() {
    std::vector<ScenarioResult> results;
    for (const auto& scenario : scenarios_) {
      const auto band = band_of(scenario);
      for (int64_t i = 0; i < options_.seeds; ++i) {
        const auto seed = options_.first_seed + i;
        const auto& own = trial(scenario, Arm::kUntreated, seed);
        if (own) {
          results.push_back(result(scenario, *own, seed, band));
        }
      }
    }
    if (!options_.keep) {
      std::error_code ignored;
      std::filesystem::remove_all(site_.folder, ignored);
    }
    return results;
  }

  [[nodiscard]] HealthyBand band_of(const Scenario& scenario) const {
    std::vector<Curve> healthy;
    if (scenario.healthy) {
      return {};
    }
    for (int64_t i = 0; i < std::max(kBandSeeds, options_.seeds); ++i) {
      const auto& twin =
          trial(scenario, Arm::kHealthy, options_.first_seed + i);
      if (twin) {
        healthy.push_back(twin->valid);
      }
    }
    return HealthyBand(healthy);
  }

  ScenarioResult result(
      const Scenario& scenario,
      const Trial& own,
      int64_t seed,
      const HealthyBand& band) const {
    ScenarioResult r{.scenario = &scenario, .seed = seed, .trial = own};
    if (!scenario.healthy) {
      const RunReader reader((own.folder / "run.db").string());
      r.harm_onset =
          harm_onset(reader, band, std::max<int64_t>(1, scenario.fault_step()));
    }
    const auto& treated = trial(scenario, Arm::kTreated, seed);
    if (treated) {
      r.actions = treated->actions;
    }
    const auto& twin = trial(scenario, Arm::kHealthy, seed);
    const bool known = treated && twin && !treated->valid.empty() &&
                       !twin->valid.empty() && !own.valid.empty();
    if (known && !scenario.healthy) {
      const double healthy = twin->valid.back().value;
      r.recovery = Recovery{
          .treated = treated->valid.back().value,
          .healthy = healthy,
          .untreated = own.valid.back().value,
          .tolerance = std::max(kTolerance * healthy, 2 * band.deviation())};
    }
    return r;
  }

  std::span<const Scenario> scenarios_;
  const TrialSite& site_;
  const SuiteOptions& options_;
  std::vector<Job> jobs_;
  std::vector<std::optional<Trial>> trials_;
  std::map<std::tuple<const Scenario*, Arm, int64_t>, size_t> places_;
  std::map<std::string, size_t> runs_;
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::exception_ptr failure_;
  int64_t done_ = 0;
};

}  // namespace

std::vector<ScenarioResult> run_suite(
    std::span<const Scenario> scenarios,
    const TrialSite& site,
    const SuiteOptions& options) {
  return Suite(scenarios, site, options).run();
}

}  // namespace moestro
