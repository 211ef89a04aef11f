// SPDX-License-Identifier: Apache-2.0
// phi of a window. Tokens of a sequence are alike (phi of a step), topics last
// for several steps (serial correlation): loads summed over W steps vary by
//   phi_window = max(phi between sequences, phi from step to step) x
//                (1 + r) / (1 - r),
// r the correlation of one step's stray with the next's, pooled over experts
// and freed of the bias that a short window gives it.
#include "moestro/diagnose/window.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "moestro/metrics/load.h"
#include "moestro/stats/dispersion.h"
#include "moestro/stats/entropy.h"

namespace moestro {
namespace {

using metrics::kUnknown;

// More than this nobody can tell from a change.
constexpr double kLastingTopics = 0.95;

double look_up(
    const std::map<std::string, double>& means, std::string_view name) {
  const auto found = means.find(std::string(name));
  return found == means.end() ? kUnknown : found->second;
}

std::vector<double> in_units_of_mean(const std::vector<double>& values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  std::vector<double> result;
  if (sum > 0 && std::isfinite(sum)) {
    for (const double v : values) {
      result.push_back(v * static_cast<double>(values.size()) / sum);
    }
  }
  return result;
}

// What loads do from one step to the next.
struct Serial {
  double phi = kUnknown;  // variance over that of independent tokens
  double correlation = kUnknown;
};

// Strays of each step from the window's own shares q, in units of what
// independent tokens would show.
std::vector<double> strays(
    const LayerRecord& r, const std::vector<double>& q_E) {
  const auto T = static_cast<double>(r.counts.tokens);
  std::vector<double> z_E(q_E.size());
  for (size_t e = 0; e < q_E.size() && T > 0; ++e) {
    const double variance = T * q_E[e] * (1 - q_E[e]);
    const auto n = static_cast<double>(r.counts.demand[e]);
    z_E[e] = variance > 0 ? (n - T * q_E[e]) / std::sqrt(variance) : 0;
  }
  return z_E;
}

Serial serial_of(
    std::span<const LayerRecord> steps, const std::vector<double>& q_E) {
  double squares = 0, products = 0;
  std::vector<double> before;
  for (const auto& step : steps) {
    const auto z_E = strays(step, q_E);
    squares += std::inner_product(z_E.begin(), z_E.end(), z_E.begin(), 0.0);
    if (!before.empty()) {
      products +=
          std::inner_product(z_E.begin(), z_E.end(), before.begin(), 0.0);
    }
    before = z_E;
  }
  const auto count = static_cast<double>(steps.size());
  const auto E = static_cast<double>(q_E.size());
  if (count < 3 || !(squares > 0)) {
    return {};
  }
  const double raw = products / squares * count / (count - 1);
  return {
      squares / (E * (count - 1)), raw + (1 + 3 * std::max(raw, 0.0)) / count};
}

double phi_of_sequences(std::span<const LayerRecord> steps) {
  double sum = 0, weight = 0;
  for (const auto& step : steps) {
    const double phi = dispersion(step.sequence_view());
    const double freedom = static_cast<double>(step.sequences.sequences) - 1;
    if (std::isfinite(phi) && freedom > 0) {
      sum += freedom * phi;
      weight += freedom;
    }
  }
  return weight > 0 ? sum / weight : kUnknown;
}

std::vector<double> shares_of(const Counts& counts) {
  std::vector<double> q_E;
  q_E.reserve(counts.demand.size());
  for (const auto n : counts.demand) {
    q_E.push_back(static_cast<double>(n) / static_cast<double>(counts.tokens));
  }
  return q_E;
}

double window_phi(double sequence_phi, const Serial& serial) {
  const double lasting = std::fmax(0.0, serial.correlation);
  const double r = std::min(lasting, kLastingTopics);
  const double step_phi = std::fmax(sequence_phi, serial.phi);
  return std::fmax(1, step_phi) * (1 + r) / (1 - r);
}

// Mean per token, where any step recorded it.
double per_token(double sum, const Counts& counts, bool recorded) {
  return recorded && counts.tokens > 0
             ? sum / static_cast<double>(counts.tokens)
             : kUnknown;
}

using Means = std::map<std::string, std::pair<double, double>>;

void add_means(
    Means& means,
    const std::vector<std::pair<std::string, double>>& values,
    const std::string& prefix) {
  for (const auto& [name, value] : values) {
    if (std::isfinite(value)) {
      auto& [sum, count] = means[prefix + name];
      sum += value;
      ++count;
    }
  }
}

std::map<std::string, double> means_of(std::span<const LayerRecord> steps) {
  Means sums;
  for (const auto& step : steps) {
    add_means(sums, step.losses, "loss/");
    add_means(sums, step.extras, "");
  }
  std::map<std::string, double> means;
  for (const auto& [name, sum] : sums) {
    means[name] = sum.first / sum.second;
  }
  return means;
}

struct Scores {
  std::vector<double> prob_E;
  double lse2 = 0, entropy = 0, max_logit = 0;
};

Scores scores_of(std::span<const LayerRecord> steps) {
  Scores all;
  for (const auto& step : steps) {
    all.prob_E.resize(std::max(all.prob_E.size(), step.prob.size()));
    for (size_t e = 0; e < step.prob.size(); ++e) {
      all.prob_E[e] += step.prob[e];
    }
    all.lse2 += step.lse2;
    all.entropy += step.entropy;
    all.max_logit = std::max(all.max_logit, step.max_logit);
  }
  return all;
}

void put_scores(LayerWindow& window, const Scores& scores) {
  window.share = in_units_of_mean(scores.prob_E);
  const bool recorded = !window.share.empty();
  const double largest = std::log(static_cast<double>(window.experts()));
  window.token_entropy =
      per_token(scores.entropy, window.counts, recorded) / largest;
  window.marginal_entropy =
      recorded ? entropy_nats(window.share) / largest : kUnknown;
  window.lse_rms = std::sqrt(per_token(scores.lse2, window.counts, recorded));
  window.max_logit = recorded ? scores.max_logit : kUnknown;
}

// Summaries that a trace gives instead of sums.
void put_summaries(LayerWindow& window) {
  const auto take = [&window](double& field, std::string_view name) {
    const double given = window.mean(name);
    field = std::isfinite(given) ? given : field;
  };
  take(window.token_entropy, "token-entropy");
  take(window.marginal_entropy, "marginal-entropy");
  take(window.lse_rms, "logit-rms");
  take(window.max_logit, "max-logit");
}

}  // namespace

int64_t WatchSite::top_k(const LayerRecord& record) const {
  const auto block = static_cast<size_t>(record.layer);
  const auto E = static_cast<int64_t>(metrics::experts_of(record));
  const auto known =
      block < facts.layers.size() ? facts.layers[block].top_k : int64_t{0};
  return std::clamp<int64_t>(known, 1, std::max<int64_t>(E, 1));
}

double LayerWindow::mean(std::string_view name) const {
  return look_up(means, name);
}

int32_t LayerWindow::expert(std::string_view name) const {
  const double number = mean(name);
  const bool is_one = number >= 0 && number < static_cast<double>(experts()) &&
                      number == std::floor(number);
  return is_one ? static_cast<int32_t>(number) : -1;
}

double RunWindow::mean(std::string_view name) const {
  return look_up(means, name);
}

void LayerSums::add(const LayerRecord& record) {
  if (record.counts.tokens > 0) {
    steps_.push_back(record);
  }
}

LayerWindow LayerSums::take() {
  LayerWindow window{.top_k = top_k_};
  const auto steps = std::exchange(steps_, {});
  window.layer = steps.front().layer;
  window.routing = steps.front().routing;
  window.steps = std::ssize(steps);
  for (const auto& step : steps) {
    window.counts.add(step.counts);
    window.nonfinite += step.nonfinite;
    window.sequences += step.sequences.sequences;
    add_counts(window.domain_demand, step.domain_demand);
    for (const auto kept : step.counts.kept) {
      window.largest_kept = std::max(window.largest_kept, kept);
    }
  }
  window.load = in_units_of_mean(
      {window.counts.demand.begin(), window.counts.demand.end()});
  const auto serial = window.load.empty()
                          ? Serial{}
                          : serial_of(steps, shares_of(window.counts));
  window.sequence_phi = phi_of_sequences(steps);
  window.phi =
      window.load.empty() ? 1 : window_phi(window.sequence_phi, serial);
  window.step_phi = serial.phi;
  window.step_correlation = serial.correlation;
  window.means = means_of(steps);
  put_scores(window, scores_of(steps));
  put_summaries(window);
  return window;
}

}  // namespace moestro
