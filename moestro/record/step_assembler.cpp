// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "moestro/base/error.h"
#include "moestro/record/plausible.h"
#include "moestro/record/rank_spread.h"
#include "moestro/record/trace_row.h"

namespace moestro {
namespace {

constexpr size_t kOpenSteps = 4;
constexpr int64_t kMostDomains = 1024;
// Multiplications a step, on average, for the traces of sequences.
constexpr double kTraceWork = 1e6;
constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

std::string text(int64_t number) {
  return std::to_string(number);
}

std::string name_of(const TraceRow& row) {
  return "layer " + text(row.layer) +
         (row.routing.empty() ? "" : " (" + row.routing + ")");
}

template <class T>
bool holds(const std::vector<T>& list, const T& value) {
  return std::ranges::find(list, value) != list.end();
}

// Counts of single ranks that a layer of a step keeps.
constexpr int64_t kMostKept = int64_t{1} << 16U;
constexpr std::string_view kMaximum = "max-logit", kRoot = "logit-rms";

// What is summed over ranks: values by tokens, squares of a root mean square.
double weighed(std::string_view name, double value, double tokens) {
  return tokens * (name == kRoot ? value * value : value);
}

double mean_of(std::string_view name, double sum, double tokens) {
  if (name == kMaximum) {
    return sum;
  }
  return name == kRoot ? std::sqrt(sum / tokens) : sum / tokens;
}

double mean_over_ranks(const std::map<int64_t, double>& values) {
  double sum = 0;
  for (const auto& [rank, value] : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

LayerRecord fresh(const TraceRow& row) {
  LayerRecord record;
  record.layer = row.layer;
  record.routing = row.routing;
  record.lse2 = record.entropy = kNotMeasured;
  record.max_logit = record.min_margin = kNotMeasured;
  return record;
}

std::vector<int64_t> tokens_of(const TraceRow& row) {
  const auto E = row.counts.size();
  std::vector<int64_t> tokens_S(row.sequence_demand.size() / E);
  for (size_t i = 0; i < row.sequence_demand.size(); ++i) {
    tokens_S[i / E] += row.sequence_demand[i];
  }
  for (auto& tokens : tokens_S) {
    tokens /= row.top_k;
  }
  return tokens_S;
}

}  // namespace

void StepAssembler::add(const TraceRow& row) {
  check(row);
  know(row);
  auto& step = open_[row.step];
  ++step.rows;
  if (row.loss) {
    step.loss[row.rank] = *row.loss;
  }
  if (row.lr) {
    step.lr[row.rank] = *row.lr;
  }
  if (row.seconds) {
    step.seconds[row.rank] = *row.seconds;
  }
  if (!row.event.empty() && !holds(step.events, row.event)) {
    step.events.push_back(row.event);
  }
  if (!row.counts.empty()) {
    add_layer(step.layers[{row.layer, row.routing}], row);
  }
}

void StepAssembler::check(const TraceRow& row) const {
  if (row.step <= done_) {
    fail_data(
        "step " + text(row.step) + " comes too late, step " + text(done_) +
        " is stored: steps ascend");
  }
  if (row.counts.empty()) {
    return;
  }
  check_layer(row);
  check_room(row);
}

void StepAssembler::check_layer(const TraceRow& row) const {
  const auto at = static_cast<size_t>(row.layer);
  if (at >= facts_.layers.size() || facts_.layers[at].experts == 0) {
    return;
  }
  const auto& known = facts_.layers[at];
  if (known.experts != std::ssize(row.counts)) {
    fail_data(
        "counts has " + text(std::ssize(row.counts)) + " experts, " +
        name_of(row) + " began with " + text(known.experts));
  }
  if (known.top_k != row.top_k) {
    fail_data(
        "k is " + text(row.top_k) + ", " + name_of(row) + " began with " +
        text(known.top_k));
  }
}

// Of the step: a row said twice, sums beyond what a step can have.
void StepAssembler::check_room(const TraceRow& row) const {
  const auto unknown = std::ranges::count_if(
      row.domains,
      [&](const auto& domain) { return !holds(facts_.domains, domain.first); });
  if (std::ssize(facts_.domains) + unknown > kMostDomains) {
    fail_data("a trace has at most " + text(kMostDomains) + " kinds of text");
  }
  const auto step = open_.find(row.step);
  if (step == open_.end()) {
    return;
  }
  const auto layer = step->second.layers.find({row.layer, row.routing});
  if (layer == step->second.layers.end()) {
    return;
  }
  const auto& there = layer->second;
  if (!repeats_ && holds(there.ranks, row.rank)) {
    fail_data(
        "step " + text(row.step) + " of " + name_of(row) + " is there already" +
        (row.rank == 0 ? "" : " for rank " + text(row.rank)));
  }
  if (there.record.counts.tokens + row.tokens > plausible::kMostTokens) {
    fail_data("tokens of step " + text(row.step) + " exceed 2^36");
  }
}

void StepAssembler::know(const TraceRow& row) {
  if (row.counts.empty()) {
    return;
  }
  const auto at = static_cast<size_t>(row.layer);
  facts_.layers.resize(std::max(facts_.layers.size(), at + 1));
  auto& layer = facts_.layers[at];
  layer.kind = "routed";
  layer.experts = std::ssize(row.counts);
  layer.top_k = row.top_k;
  // Experts may move; the newest place is the one to advise about.
  if (!row.device_E.empty()) {
    layer.device_E = row.device_E;
  }
}

size_t StepAssembler::domain(const std::string& name) {
  auto& names = facts_.domains;
  const auto at = std::ranges::find(names, name);
  const auto place = static_cast<size_t>(at - names.begin());
  if (at == names.end()) {
    names.push_back(name);
  }
  return place;
}

void StepAssembler::add_layer(Layer& layer, const TraceRow& row) {
  auto& record = layer.record;
  if (layer.ranks.empty()) {
    record = fresh(row);
  }
  layer.ranks.push_back(row.rank);
  const Counts counts{
      .tokens = row.tokens, .demand = row.counts, .kept = {}, .first = {}};
  record.counts.add(counts);
  if (std::ssize(layer.by_rank) * std::ssize(row.counts) < kMostKept) {
    layer.by_rank[row.rank].add(counts);
  }
  add_domains(record, row);
  layer.all_sequences &= row.tokens == 0 || !row.sequence_demand.empty();
  if (!row.sequence_demand.empty()) {
    layer.sequences.add(row.sequence_demand, tokens_of(row));
  }
  add_router(layer, row);
}

void StepAssembler::add_router(Layer& layer, const TraceRow& row) {
  const auto tokens = static_cast<double>(row.tokens);
  for (const auto& [name, value] : row.router) {
    auto& sum = layer.router[name];
    if (name == kMaximum) {
      sum.value = sum.tokens > 0 ? std::max(sum.value, value) : value;
    } else {
      sum.value += weighed(name, value, tokens);
    }
    sum.tokens += tokens;
  }
}

void StepAssembler::add_domains(LayerRecord& record, const TraceRow& row) {
  const auto E = row.counts.size();
  for (const auto& [name, counts] : row.domains) {
    const auto first = domain(name) * E;
    auto& rows = record.domain_demand;
    rows.resize(std::max(rows.size(), first + E));
    for (size_t e = 0; e < E; ++e) {
      rows[first + e] += counts[e];
    }
  }
}

void StepAssembler::finish(Layer& layer) {
  auto& record = layer.record;
  if (layer.all_sequences && record.counts.tokens > 0) {
    auto& credit = credit_[record.layer];
    credit += kTraceWork;
    if (static_cast<double>(layer.sequences.trace_work()) <= credit) {
      layer.sequences.work_out_traces();
      credit = 0;
    }
    record.sequences = layer.sequences.sums();
  }
  if (const auto spread = rank_spread(layer.by_rank)) {
    record.extras.emplace_back("rank-dispersion", spread->dispersion);
    record.extras.emplace_back(
        "rank-furthest", static_cast<double>(spread->furthest));
  }
  for (const auto& [name, sum] : layer.router) {
    const double mean = mean_of(name, sum.value, sum.tokens);
    if (std::isfinite(mean)) {
      record.extras.emplace_back(name, mean);
    }
  }
}

std::optional<TraceStep> StepAssembler::finished() {
  return open_.size() > kOpenSteps ? oldest() : std::nullopt;
}

std::optional<TraceStep> StepAssembler::oldest() {
  if (open_.empty()) {
    return std::nullopt;
  }
  auto [number, step] = std::move(*open_.begin());
  open_.erase(open_.begin());
  done_ = number;
  rows_before_ = step.rows;
  TraceStep out{
      .record = {.step = number, .scalars = {}, .layers = {}},
      .events = std::move(step.events)};
  if (!step.loss.empty()) {
    out.record.scalars.emplace_back("loss/lm", mean_over_ranks(step.loss));
  }
  if (!step.lr.empty()) {
    out.record.scalars.emplace_back("lr", mean_over_ranks(step.lr));
  }
  if (!step.seconds.empty()) {
    out.record.scalars.emplace_back("seconds", mean_over_ranks(step.seconds));
  }
  for (auto& [key, layer] : step.layers) {
    finish(layer);
    out.record.layers.push_back(std::move(layer.record));
  }
  return out;
}

bool StepAssembler::looks_whole() const {
  return open_.size() > 1 || (!open_.empty() && rows_before_ > 0 &&
                              open_.begin()->second.rows >= rows_before_);
}

}  // namespace moestro
