// SPDX-License-Identifier: Apache-2.0
// moestro lab calibrate
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <iterator>
#include <mutex>
#include <optional>
#include <span>
#include <thread>

#include "cli/colour.h"
#include "cli/command.h"
#include "cli/lab_kinds.h"
#include "moestro/base/error.h"
#include "moestro/base/json.h"
#include "moestro/base/text.h"
#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/calibration.h"
#include "moestro/diagnose/watch.h"
#include "moestro/diagnose/words.h"
#include "moestro/serve/ink.h"
#include "moestro/stats/rate_trend.h"

namespace moestro {
namespace {

Json counts_json(const std::map<std::string, int64_t>& counts) {
  JsonObject object;
  for (const auto& [rule, count] : counts) {
    object.emplace_back(rule, count);
  }
  return object;
}

Json to_json(const CellResult& r) {
  const auto& s = r.cell.stream;
  const auto& seen = r.seen.front();
  return JsonObject{
      {"experts", s.experts},
      {"top_k", s.top_k},
      {"tokens", s.tokens},
      {"phi", s.phi},
      {"topics", s.topics},
      {"wander", s.wander},
      {"layers", s.layers},
      {"steps", r.cell.steps},
      {"seed", static_cast<int64_t>(s.seed)},
      {"naive_chi_square", r.naive},
      {"warnings", counts_json(seen.warnings)},
      {"pages", counts_json(seen.pages)}};
}

std::string counts_text(const std::map<std::string, int64_t>& counts) {
  std::string text;
  for (const auto& [rule, count] : counts) {
    text += (text.empty() ? "" : " ") + rule + "×" + std::to_string(count);
  }
  return text.empty() ? "none" : text;
}

std::string cell_line(const CellResult& r) {
  const auto& s = r.cell.stream;
  const auto& seen = r.seen.front();
  return pad_left(std::to_string(s.experts), 4) + " experts  k " +
         std::to_string(s.top_k) + pad_left(std::to_string(s.tokens), 7) +
         " tokens  φ" + pad_left(fixed(s.phi, 0), 3) + "  topics " +
         fixed(s.topics, 1) + "  χ² at 1 % " +
         pad_left(fixed(100 * r.naive, 1), 5) + " %  warnings " +
         counts_text(seen.warnings) + "  pages " + counts_text(seen.pages) +
         "\n";
}

void show(const std::string& line) {
  if (can_redraw(stderr)) {
    std::fprintf(stderr, "\r\033[K%s", line.c_str());
  }
}

// Budgets, in multiples of the one that is promised: what it allows is too rare
// to be counted.
constexpr double kTimes[] = {1, 10, 100, 1000, 10000};

WatchOptions at_times(double times) {
  WatchOptions options;
  options.pages *= times;
  options.warnings *= times;
  return options;
}

// One rule at one level.
struct RuleRate {
  std::string rule, level;
  std::vector<double> counts;  // at each of kTimes
  double allowed = 0;          // at one time
  RateEstimate rate;           // at one time, in 1e5 steps

  [[nodiscard]] bool was_right() const {
    return std::ranges::all_of(counts, [](double n) { return n == 0; });
  }
};

double count_in(const Tally& tally, const std::string& rule, bool is_page) {
  const auto& counts = is_page ? tally.pages : tally.warnings;
  const auto found = counts.find(rule);
  return found == counts.end() ? 0 : static_cast<double>(found->second);
}

RuleRate rate_of(
    const std::vector<Tally>& tallies,
    const std::string& rule,
    bool is_page,
    double steps) {
  RuleRate one{.rule = rule, .level = is_page ? "page" : "warn"};
  for (const auto& tally : tallies) {
    one.counts.push_back(count_in(tally, rule, is_page));
  }
  one.rate = rate_at({kTimes, one.counts, steps / 1e5}, 1);
  return one;
}

// Of the rules that were ever wrong, and at most of any other.
struct Rates {
  std::vector<RuleRate> wrong;
  double others_at_most = 0;  // at one time, in 1e5 steps
};

Rates rates_of(
    const std::vector<Tally>& tallies, double steps, const Registry& registry) {
  const auto rules = registry.names(Alarm::kKind);
  const auto shares = static_cast<double>(rules.size());
  const std::vector<double> none(std::size(kTimes), 0);
  Rates rates{.others_at_most = rate_at({kTimes, none, steps / 1e5}, 1).high};
  for (const bool is_page : {false, true}) {
    const WatchOptions promised;
    const auto budget = is_page ? promised.pages : promised.warnings;
    for (const auto name : rules) {
      rates.wrong.push_back(rate_of(tallies, alarm_id(name), is_page, steps));
      rates.wrong.back().allowed = budget / shares;
    }
  }
  std::erase_if(rates.wrong, &RuleRate::was_right);
  return rates;
}

std::string rate_line(const RuleRate& one) {
  auto line = "  " + one.rule + " " + one.level + "  ";
  for (const double count : one.counts) {
    line += pad_left(fixed(count, 0), 7);
  }
  return line + "   " + words::number(one.rate.rate) + " (" +
         words::number(one.rate.low) + " to " + words::number(one.rate.high) +
         "), allowed " + words::number(one.allowed) + "\n";
}

void print_rates(const Rates& rates, double steps) {
  std::printf(
      "\nfalse alarms in %s steps at 1, 10, 100, 1,000 and 10,000 times the "
      "budget, and what follows for one time in 1e5 steps\n",
      with_commas(static_cast<int64_t>(steps)).c_str());
  for (const auto& one : rates.wrong) {
    std::fputs(rate_line(one).c_str(), stdout);
  }
  std::printf(
      "  all other rules: none, which says at most %s\n",
      words::number(rates.others_at_most).c_str());
}

Json rates_json(const Rates& rates) {
  JsonArray rows;
  for (const auto& one : rates.wrong) {
    JsonArray counts;
    for (const double count : one.counts) {
      counts.emplace_back(static_cast<int64_t>(count));
    }
    rows.push_back(JsonObject{
        {"rule", one.rule},
        {"level", one.level},
        {"counts", std::move(counts)},
        {"rate", one.rate.rate},
        {"low", one.rate.low},
        {"high", one.rate.high},
        {"allowed", one.allowed}});
  }
  return JsonObject{
      {"wrong", std::move(rows)}, {"others_at_most", rates.others_at_most}};
}

// `work(i)` for every i below `count`, on every core.
void in_parallel(size_t count, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0, done = 0;
  std::mutex talking;
  const auto turn = [&] {
    for (auto i = next++; i < count; i = next++) {
      work(i);
      const std::scoped_lock lock(talking);
      show(
          "  " + std::to_string(++done) + " of " + std::to_string(count) +
          " streams");
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned t = 1; t < std::thread::hardware_concurrency(); ++t) {
    threads.emplace_back(turn);
  }
  turn();
}

struct Delay {
  double factor;
  int64_t steps;
};

std::vector<Delay> delays(const Registry& registry, uint64_t seed) {
  std::vector<Delay> all;
  for (const double factor : {1.2, 1.3, 1.5, 2.0, 4.0, 0.2, 0.0}) {
    all.push_back(
        {factor, delay({.phi = 9, .seed = seed}, factor, registry, {})});
  }
  return all;
}

void print_text(
    const std::vector<CellResult>& cells, const std::vector<Delay>& late) {
  double stream_steps = 0;
  for (const auto& cell : cells) {
    std::fputs(cell_line(cell).c_str(), stdout);
    stream_steps += cell.cell.stream_steps();
  }
  std::printf(
      "\n%s stream-steps in all\n\nexpert 0 of 64 (k 8, 4096 tokens, φ 9) "
      "draws, all at once, ... its share: steps to the alarm\n",
      with_commas(static_cast<int64_t>(stream_steps)).c_str());
  for (const auto& one : late) {
    std::printf(
        "  %s times  %s\n",
        fixed(one.factor, 1).c_str(),
        one.steps < 0 ? "none in 2,000" : with_commas(one.steps).c_str());
  }
}

void print_json(
    const std::vector<CellResult>& cells,
    const std::optional<Rates>& rates,
    const std::vector<Delay>& late) {
  JsonArray rows, delayed;
  for (const auto& cell : cells) {
    rows.push_back(to_json(cell));
  }
  for (const auto& one : late) {
    delayed.push_back(JsonObject{
        {"factor", one.factor},
        {"steps", one.steps < 0 ? Json(nullptr) : Json(one.steps)}});
  }
  std::puts(dump(JsonObject{
                     {"version", 1},
                     {"cells", std::move(rows)},
                     {"rates", rates ? rates_json(*rates) : Json(nullptr)},
                     {"delays", std::move(delayed)}})
                .c_str());
}

struct CalibrationRequest {
  int64_t steps = 10'000, seed = 1, block = 50;
  std::string run;
  bool budgets = false, json = false;

  [[nodiscard]] size_t times() const { return budgets ? std::size(kTimes) : 1; }
};

bool read_request(Arguments arguments, CalibrationRequest& request) {
  Command command(
      "lab calibrate", "How often the rules cry wolf on healthy streams.");
  command.option(
      "--steps", request.steps, "of each of the 48 cells, two layers each");
  command.option("--seed", request.seed, "of the streams");
  command.flag(
      "--budgets",
      request.budgets,
      "also with budgets up to 10,000 times larger, and what follows");
  command.option(
      "--run",
      request.run,
      "blocks of the second half of this healthy run instead: scores and "
      "probes too");
  command.option("--block", request.block, "steps; a multiple of probe_every");
  command.flag("--json", request.json, "machine-readable");
  if (!command.parse(arguments)) {
    return false;
  }
  if (request.steps < 1 || request.steps > 100'000'000 || request.seed < 0) {
    fail_usage("--steps is 1 to 100000000, --seed is not negative");
  }
  if (request.block < 1 || request.block > 1'000'000) {
    fail_usage("--block is 1 to 1000000");
  }
  return true;
}

void calibrate_on_cells(
    const CalibrationRequest& request, const Registry& registry) {
  const auto seed = static_cast<uint64_t>(request.seed);
  const auto cells = null_cells(request.steps, seed);
  std::vector<WatchOptions> options;
  std::ranges::transform(
      std::span(kTimes).first(request.times()),
      std::back_inserter(options),
      at_times);
  std::vector<CellResult> results(cells.size());
  in_parallel(results.size(), [&](size_t i) {
    results[i] = calibrate(cells[i], registry, options);
  });
  show("");
  std::vector<Tally> tallies(options.size());
  for (const auto& result : results) {
    for (size_t i = 0; i < tallies.size(); ++i) {
      tallies[i].add(result.seen[i]);
    }
  }
  const auto steps =
      static_cast<double>(cells.size()) * static_cast<double>(request.steps);
  std::optional<Rates> rates;
  if (request.budgets) {
    rates = rates_of(tallies, steps, registry);
  }
  const auto late = delays(registry, seed);
  if (request.json) {
    print_json(results, rates, late);
    return;
  }
  print_text(results, late);
  if (rates) {
    print_rates(*rates, steps);
  }
}

void calibrate_on_run(
    const CalibrationRequest& request, const Registry& registry) {
  const RunReader reader(request.run + "/run.db");
  const BlockRun blocks(
      reader,
      {.first = reader.last_step() / 2 + 1,
       .block = request.block,
       .seed = static_cast<uint64_t>(request.seed)});
  const auto window = Watch(registry, {}, reader.facts()).window();
  std::vector<Tally> tallies(std::size(kTimes));
  in_parallel(tallies.size(), [&](size_t i) {
    auto options = at_times(kTimes[i]);
    options.window = window;
    tallies[i] = calibrate(blocks, request.steps, registry, options);
  });
  show("");
  const auto steps = static_cast<double>(request.steps);
  const auto rates = rates_of(tallies, steps, registry);
  if (request.json) {
    std::puts(dump(JsonObject{
                       {"version", 1},
                       {"steps", request.steps},
                       {"block", request.block},
                       {"rates", rates_json(rates)}})
                  .c_str());
  } else {
    print_rates(rates, steps);
  }
}

}  // namespace

int lab_calibrate(Arguments arguments, const Registry& registry) {
  CalibrationRequest request;
  if (read_request(arguments, request)) {
    request.run.empty() ? calibrate_on_cells(request, registry)
                        : calibrate_on_run(request, registry);
  }
  return code(Exit::kFine);
}

}  // namespace moestro
