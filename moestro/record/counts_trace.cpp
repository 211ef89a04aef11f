// SPDX-License-Identifier: Apache-2.0
// Format "counts": JSON Lines, one line a step and layer (docs/traces.md).
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <span>
#include <utility>

#include "moestro/base/error.h"
#include "moestro/base/screen.h"
#include "moestro/record/line_trace.h"
#include "moestro/record/plausible.h"
#include "moestro/record/trace_fields.h"
#include "moestro/record/trace_row.h"

namespace moestro {
namespace {

namespace fields = trace_fields;

constexpr int64_t kVersion = 1;
constexpr std::string_view kHeader = "moestro_trace";
constexpr size_t kLongestName = 200, kLongestEvent = 2000;
constexpr size_t kMostRouterKeys = 64;
constexpr int64_t kLastDevice = 65535;
constexpr std::string_view kKeys[] = {
    "step",
    "layer",
    "counts",
    "k",
    "tokens",
    "sequence_counts",
    "sequence_domains",
    "rank",
    "loss",
    "lr",
    "seconds",
    "domain_counts",
    "devices",
    "router",
    "event"};

std::string text(int64_t number) {
  return std::to_string(number);
}

int64_t sum_of(std::span<const int64_t> numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), int64_t{0});
}

void read_counts(TraceRow& row, const Json& line) {
  row.layer = static_cast<int32_t>(
      fields::whole_at(line, "layer", {0, plausible::kMostLayers - 1}));
  row.tokens = fields::whole_at(line, "tokens", {0, plausible::kMostTokens});
  const auto counts = fields::given(line, "counts");
  if (!counts) {
    fail_data("counts is missing");
  }
  row.counts = fields::list(*counts, "counts", row.tokens);
  const auto E = std::ssize(row.counts);
  if (E < 1 || E > plausible::kMostExperts) {
    fail_data("counts has " + text(E) + " experts; it has 1 to 2^20");
  }
  row.top_k = fields::whole_at(line, "k", {1, E});
  const auto sum = sum_of(row.counts);
  if (sum != row.tokens * row.top_k) {
    fail_data(
        "counts sum to " + text(sum) +
        ", not to tokens * k = " + text(row.tokens * row.top_k));
  }
}

void check_sequence(
    const TraceRow& row,
    std::span<const int64_t> counts_E,
    const std::string& name) {
  if (std::ssize(counts_E) != std::ssize(row.counts)) {
    fail_data(
        name + " has " + text(std::ssize(counts_E)) + " experts, counts has " +
        text(std::ssize(row.counts)));
  }
  if (sum_of(counts_E) % row.top_k != 0) {
    fail_data(
        name + " sums to " + text(sum_of(counts_E)) +
        ", no multiple of k = " + text(row.top_k));
  }
}

void check_columns(
    const TraceRow& row,
    std::span<const int64_t> sums_E,
    const std::string& name) {
  for (size_t e = 0; e < row.counts.size(); ++e) {
    if (sums_E[e] != row.counts[e]) {
      fail_data(
          name + " sum to " + text(sums_E[e]) + " for expert " +
          text(static_cast<int64_t>(e)) + ", counts has " +
          text(row.counts[e]));
    }
  }
}

void add_to(std::vector<int64_t>& sum_E, std::span<const int64_t> more_E) {
  sum_E.resize(more_E.size());
  std::ranges::transform(sum_E, more_E, sum_E.begin(), std::plus());
}

void read_sequences(TraceRow& row, const Json& line) {
  const auto given_counts = fields::given(line, "sequence_counts");
  if (!given_counts) {
    return;
  }
  if (!given_counts->is_array()) {
    fail_data("sequence_counts is no list");
  }
  std::vector<int64_t> sums_E(row.counts.size());
  for (const auto& sequence : given_counts->as_array()) {
    const auto name =
        "sequence_counts[" +
        text(std::ssize(row.sequence_demand) / std::ssize(row.counts)) + "]";
    const auto counts_E = fields::list(sequence, name, row.tokens);
    check_sequence(row, counts_E, name);
    add_to(sums_E, counts_E);
    row.sequence_demand.insert(
        row.sequence_demand.end(), counts_E.begin(), counts_E.end());
  }
  check_columns(row, sums_E, "sequence_counts");
}

void read_devices(TraceRow& row, const Json& line) {
  const auto devices = fields::given(line, "devices");
  if (!devices) {
    return;
  }
  const auto numbers = fields::list(*devices, "devices", kLastDevice);
  if (numbers.size() != row.counts.size()) {
    fail_data(
        "devices has " + text(std::ssize(numbers)) + " numbers for " +
        text(std::ssize(row.counts)) + " experts");
  }
  row.device_E.assign(numbers.begin(), numbers.end());
}

using Domains = std::map<std::string, std::vector<int64_t>>;

Domains domains_of_sequences(const TraceRow& row, const Json& names) {
  const auto E = row.counts.size();
  const auto S = row.sequence_demand.size() / E;
  if (!names.is_array() || names.as_array().size() != S) {
    fail_data(
        "sequence_domains is no list of " + text(static_cast<int64_t>(S)) +
        " names, one a sequence of sequence_counts");
  }
  Domains domains;
  for (size_t s = 0; s < S; ++s) {
    const auto name = fields::word(
        names.as_array()[s],
        "sequence_domains[" + std::to_string(s) + "]",
        kLongestName);
    add_to(domains[name], std::span(row.sequence_demand).subspan(s * E, E));
  }
  return domains;
}

Domains domains_by_name(const TraceRow& row, const Json& object) {
  if (!object.is_object()) {
    fail_data("domain_counts is no object");
  }
  Domains domains;
  std::vector<int64_t> sums_E(row.counts.size());
  for (const auto& [key, value] : object.as_object()) {
    const auto name = "domain_counts." + shortened(key, 80);
    (void)fields::word(key, "a name of domain_counts", kLongestName);
    auto counts_E = fields::list(value, name, row.tokens);
    check_sequence(row, counts_E, name);
    add_to(sums_E, counts_E);
    domains[key] = std::move(counts_E);
  }
  check_columns(row, sums_E, "domain_counts");
  return domains;
}

void read_domains(TraceRow& row, const Json& line) {
  const auto names = fields::given(line, "sequence_domains");
  const auto counts = fields::given(line, "domain_counts");
  Domains domains;
  if (names) {
    domains = domains_of_sequences(row, *names);
  }
  if (counts) {
    auto stated = domains_by_name(row, *counts);
    if (names && stated != domains) {
      fail_data("domain_counts and sequence_domains contradict each other");
    }
    domains = std::move(stated);
  }
  row.domains.assign(domains.begin(), domains.end());
}

// Some have the name of a metric: their values are those of the metric.
std::pair<std::string, double> router_value(
    const std::string& key, double value, double E) {
  if (key == "token_entropy" || key == "marginal_entropy") {
    const auto name =
        key == "token_entropy" ? "token-entropy" : "marginal-entropy";
    return {name, value / std::log(E)};
  }
  return {
      key == "max_logit"         ? "max-logit"
      : key == "log_sum_exp_rms" ? "logit-rms"
                                 : key,
      value};
}

bool good_key(std::string_view key) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '/' || c == '-';
  };
  return !key.empty() && key.size() <= kLongestName && key.front() != '/' &&
         key.back() != '/' && key.find("//") == std::string_view::npos &&
         std::ranges::all_of(key, allowed);
}

void read_router(TraceRow& row, const Json& line) {
  const auto router = fields::given(line, "router");
  if (!router) {
    return;
  }
  if (!router->is_object() || router->as_object().size() > kMostRouterKeys) {
    fail_data("router is no object of at most 64 numbers");
  }
  for (const auto& [key, value] : router->as_object()) {
    if (!good_key(key)) {
      fail_data(
          "router has the key '" + shortened(key, 80) +
          "'; keys are made of a-z, 0-9, _, - and /");
    }
    if (const auto number = fields::real(*router, key)) {
      row.router.push_back(
          router_value(key, *number, static_cast<double>(row.counts.size())));
    }
  }
}

void read_step(TraceRow& row, const Json& line) {
  row.step = fields::whole_at(line, "step", {0, fields::kLastStep});
  row.rank = fields::whole_or_zero(line, "rank", {0, fields::kMostRanks});
  row.loss = fields::real(line, "loss");
  row.lr = fields::real(line, "lr");
  row.seconds = fields::real(line, "seconds");
  if (const auto event = fields::given(line, "event")) {
    row.event = fields::word(*event, "event", kLongestEvent);
  }
}

// A line may speak of the step alone.
bool has_layer(const TraceRow& row, const Json& line) {
  const bool speaks = row.loss || row.lr || row.seconds || !row.event.empty();
  return !speaks || fields::given(line, "counts") ||
         fields::given(line, "layer");
}

bool is_header(const Json& line) {
  const auto version = fields::given(line, kHeader);
  if (version && fields::whole(*version, std::string(kHeader), {1, INT64_MAX}) >
                     kVersion) {
    throw NewerTrace(
        "the trace is of version " + text(version->as_int()) +
        ", this program knows version " + text(kVersion) +
        ": use a newer Moestro");
  }
  return version.has_value();
}

std::vector<std::string> strange_keys(const Json& line) {
  std::vector<std::string> strange;
  for (const auto& [key, value] : line.as_object()) {
    if (std::ranges::find(kKeys, key) == std::end(kKeys)) {
      strange.push_back(key);
    }
  }
  return strange;
}

}  // namespace

std::optional<TraceRow> counts_row(std::string_view text) {
  const auto line = fields::object_of(text);
  if (is_header(line)) {
    return std::nullopt;
  }
  TraceRow row;
  read_step(row, line);
  if (has_layer(row, line)) {
    read_counts(row, line);
    read_sequences(row, line);
    read_domains(row, line);
    read_devices(row, line);
    read_router(row, line);
  }
  row.strange = strange_keys(line);
  return row;
}

std::unique_ptr<Trace> open_counts_trace(
    const std::string& path, const TraceOptions& options) {
  return std::make_unique<LineTrace>(
      path, options, LineTrace::Options{.parse = counts_row});
}

}  // namespace moestro
