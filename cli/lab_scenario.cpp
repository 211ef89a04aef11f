// SPDX-License-Identifier: Apache-2.0
// moestro lab scenario run|list|show
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include <unistd.h>

#include "cli/colour.h"
#include "cli/command.h"
#include "cli/lab_kinds.h"
#include "cli/scenario_json.h"
#include "cli/signals.h"
#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/lab/scenario_texts.h"
#include "moestro/lab/suite.h"
#include "moestro/serve/ink.h"

namespace moestro {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string what = "run";
  std::vector<std::string> names, sets;
  std::string corpus = "corpus", keep;
  int64_t seeds = 1, first_seed = 1, workers = 0;
  bool quick = false, no_treat = false, as_counts = false, json = false;
};

std::vector<Scenario> chosen(const Options& o) {
  std::vector<Scenario> all;
  for (const auto& name : o.names) {
    if (name != "all") {
      all.push_back(find_scenario(name));
      continue;
    }
    for (auto& one : scenarios()) {
      if (!o.quick || one.expected.quick) {
        all.push_back(std::move(one));
      }
    }
  }
  return all;
}

std::filesystem::path folder_of(const Options& o) {
  const std::filesystem::path folder =
      o.keep.empty() ? std::filesystem::temp_directory_path() /
                           ("moestro-scenarios-" + std::to_string(getpid()))
                     : std::filesystem::path(o.keep);
  if (!o.keep.empty() && std::filesystem::exists(folder) &&
      !std::filesystem::is_empty(folder)) {
    fail_usage("--keep " + o.keep + " holds something; name a new folder");
  }
  std::filesystem::create_directories(folder);
  return folder;
}

// "  12 of 80  S03 seed 2 untreated  0:40 passed, 3:10 left"
class Progress {
 public:
  void operator()(int64_t done, int64_t all, const std::string& what) {
    const double passed =
        std::chrono::duration<double>(Clock::now() - begun_).count();
    const double left =
        passed / static_cast<double>(done) * static_cast<double>(all - done);
    const auto line = "  " + std::to_string(done) + " of " +
                      std::to_string(all) + "  " + what + "  " +
                      clock_text(passed) + " passed, " + clock_text(left) +
                      " left";
    const bool redraw = can_redraw(stderr);
    std::fprintf(stderr, redraw ? "\r\033[K%s%s" : "%s%s\n", line.c_str(), "");
    if (redraw && done == all) {
      std::fputs("\r\033[K", stderr);
    }
  }

 private:
  Clock::time_point begun_ = Clock::now();
};

std::string detection_of(const ScenarioResult& r, const Verdicts& v) {
  if (r.scenario->healthy) {
    return v.warnings + v.pages == 0
               ? "silent"
               : std::to_string(v.warnings) + " warnings, " +
                     std::to_string(v.pages) + " pages";
  }
  if (v.detected != nullptr) {
    return v.detected->id + " at step " + with_commas(v.detected->step);
  }
  return v.is_detected ? "by verdict" : "MISSED";
}

std::string verdict_of(const ScenarioResult& r) {
  const auto& verdicts = r.trial.examination.verdicts;
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(3, verdicts.size()); ++i) {
    text += (text.empty() ? "" : ", ") + verdicts[i].id + " " +
            fixed(verdicts[i].confidence, 2);
  }
  return text.empty() ? "–" : text;
}

std::string rightness(const ScenarioResult& r, const Verdicts& v) {
  if (!v.wrong.empty()) {
    return "WRONG " + join(v.wrong);
  }
  if (r.scenario->healthy || r.scenario->expected.verdicts.empty()) {
    return "";
  }
  return v.named_first ? "right" : v.named_top3 ? "among three" : "NOT NAMED";
}

std::string recovery_of(const ScenarioResult& r) {
  if (!r.recovery) {
    return "";
  }
  return std::string(
             r.recovery->recovered() ? "recovered " : "not recovered ") +
         fixed(r.recovery->treated, 3) + " (healthy " +
         fixed(r.recovery->healthy, 3) + ", untreated " +
         fixed(r.recovery->untreated, 3) + ")";
}

void print_result(const ScenarioResult& r) {
  const auto v = read_result(r);
  const auto harm =
      r.harm_onset ? "harm at " + with_commas(*r.harm_onset) : std::string();
  const auto line = pad_right(r.scenario->id, 6) +
                    pad_left(std::to_string(r.seed), 3) + "  " +
                    pad_right(detection_of(r, v), 22) + pad_right(harm, 15) +
                    pad_right(verdict_of(r), 30) +
                    pad_right(rightness(r, v), 13) + recovery_of(r);
  std::printf("%s\n", line.c_str());
}

std::string share(int64_t part, int64_t whole) {
  return std::to_string(part) + " of " + std::to_string(whole);
}

void print_summary(const SuiteSummary& s) {
  if (s.faults > 0) {
    std::printf(
        "\nfaults: %s detected, %s named first, %s among three, %lld with a "
        "wrong verdict\n",
        share(s.detected, s.faults).c_str(),
        share(s.first, s.faults).c_str(),
        share(s.top3, s.faults).c_str(),
        static_cast<long long>(s.wrong));
  }
  if (s.gradual > 0) {
    std::printf(
        "gradual: an alarm before any harm in %s; median lead over those that "
        "did harm: %s steps\n",
        share(s.ahead, s.gradual).c_str(),
        number(s.median_lead, 0).c_str());
  }
  if (s.controls > 0) {
    std::printf(
        "healthy: %lld runs, %lld warnings, %lld pages, %lld verdicts, %lld "
        "actions\n",
        static_cast<long long>(s.controls),
        static_cast<long long>(s.warnings),
        static_cast<long long>(s.pages),
        static_cast<long long>(s.control_verdicts),
        static_cast<long long>(s.control_actions));
  }
  if (s.recoverable > 0) {
    std::printf(
        "conductor: %s recovered\n", share(s.recovered, s.recoverable).c_str());
  }
}

int list(const Options& o) {
  for (const auto& s : scenarios()) {
    if (!o.quick || s.expected.quick) {
      std::printf(
          "%s  %s  %s\n",
          pad_right(s.id, 5).c_str(),
          s.healthy ? "healthy" : "fault  ",
          s.summary.c_str());
    }
  }
  return code(Exit::kFine);
}

int show(const Options& o) {
  for (const auto& name : o.names) {
    const auto id = find_scenario(name).id;
    for (const auto& text : scenario_texts()) {
      if (text.name == id || text.name.starts_with(id + "-")) {
        std::fputs(std::string(text.text).c_str(), stdout);
      }
    }
  }
  return code(Exit::kFine);
}

int run(const Options& o, const Registry& registry) {
  if (o.seeds < 1 || o.seeds > 1000 || o.first_seed < 0) {
    fail_usage("--seeds is 1 to 1000, --first-seed is not negative");
  }
  const auto all = chosen(o);
  catch_signals();
  const TrialSite site{
      .registry = registry,
      .folder = folder_of(o),
      .corpus = o.corpus,
      .sets = parse_overrides(o.sets),
      .stop = caught,
      .as_counts = o.as_counts};
  const SuiteOptions options{
      .seeds = o.seeds,
      .first_seed = o.first_seed,
      .treat = !o.quick && !o.no_treat,
      .keep = !o.keep.empty(),
      .workers = o.workers > 0 ? o.workers
                               : std::max<int64_t>(
                                     1, std::thread::hardware_concurrency()),
      .progress = Progress()};
  const auto results = run_suite(all, site, options);
  if (o.json) {
    std::puts(dump(to_json(results)).c_str());
  } else {
    for (const auto& result : results) {
      print_result(result);
    }
    print_summary(summarise(results));
  }
  return caught() != 0 ? code_of_signal(caught()) : code(Exit::kFine);
}

}  // namespace

int lab_scenario(Arguments arguments, const Registry& registry) {
  Command command(
      "lab scenario",
      "Trains with faults, or healthy, and tells what the doctor says.");
  Options o;
  command.needs("WHAT", o.what, "run, list or show");
  command.any_number("NAME|FILE", o.names, "scenarios; all");
  command.option("--seeds", o.seeds, "runs of each, with seeds 1, 2, ...");
  command.option("--first-seed", o.first_seed, "instead of 1");
  command.flag("--quick", o.quick, "of all: the quick ones, without treatment");
  command.flag("--no-treatment", o.no_treat, "no runs under the conductor");
  command.flag(
      "--as-counts", o.as_counts, "show the doctor a trace of counts only");
  command.option("--data", o.corpus, "built corpus, or a folder of text");
  command.repeated("--set", o.sets, "key=value over every run");
  command.option("--workers", o.workers, "runs at a time; 0 = one a core");
  command.option("--keep", o.keep, "folder that keeps the runs");
  command.flag("--json", o.json, "machine-readable");
  command.example(
      "example: moestro lab scenario run S03 --seeds 5\n"
      "docs/scenarios.md tells how to write one");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  if (o.what == "list") {
    return list(o);
  }
  if (o.what != "run" && o.what != "show") {
    fail_usage("lab scenario takes run, list or show; got '" + o.what + "'");
  }
  if (o.names.empty()) {
    fail_usage("name scenarios, files or `all`; `lab scenario list` has them");
  }
  return o.what == "show" ? show(o) : run(o, registry);
}

}  // namespace moestro
