// SPDX-License-Identifier: Apache-2.0
// moestro lab calibrate
#include <cstdio>

#include "cli/colour.h"
#include "cli/command.h"
#include "cli/lab_kinds.h"
#include "moestro/base/error.h"
#include "moestro/base/json.h"
#include "moestro/base/text.h"
#include "moestro/diagnose/calibration.h"
#include "moestro/serve/ink.h"

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
      {"warnings", counts_json(r.warnings)},
      {"pages", counts_json(r.pages)}};
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
  return pad_left(std::to_string(s.experts), 4) + " experts  k " +
         std::to_string(s.top_k) + pad_left(std::to_string(s.tokens), 7) +
         " tokens  φ" + pad_left(fixed(s.phi, 0), 3) + "  topics " +
         fixed(s.topics, 1) + "  χ² at 1 % " +
         pad_left(fixed(100 * r.naive, 1), 5) + " %  warnings " +
         counts_text(r.warnings) + "  pages " + counts_text(r.pages) + "\n";
}

void show(const std::string& line) {
  if (can_redraw(stderr)) {
    std::fprintf(stderr, "\r\033[K%s", line.c_str());
  }
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
    const std::vector<CellResult>& cells, const std::vector<Delay>& late) {
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
                     {"delays", std::move(delayed)}})
                .c_str());
}

}  // namespace

int lab_calibrate(Arguments arguments, const Registry& registry) {
  Command command(
      "lab calibrate", "How often the rules cry wolf on healthy streams.");
  int64_t steps = 10'000, seed = 1;
  bool json = false;
  command.option("--steps", steps, "of each of the 48 cells, two layers each");
  command.option("--seed", seed, "of the streams");
  command.flag("--json", json, "machine-readable");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  if (steps < 1 || steps > 100'000'000 || seed < 0) {
    fail_usage("--steps is 1 to 100000000, --seed is not negative");
  }
  std::vector<CellResult> results;
  const auto cells = null_cells(steps, static_cast<uint64_t>(seed));
  for (const auto& cell : cells) {
    show(
        "  " + std::to_string(results.size()) + " of " +
        std::to_string(cells.size()) + " cells");
    results.push_back(calibrate(cell, registry, {}));
  }
  show("");
  const auto late = delays(registry, static_cast<uint64_t>(seed));
  json ? print_json(results, late) : print_text(results, late);
  return code(Exit::kFine);
}

}  // namespace moestro
