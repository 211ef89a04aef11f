// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/evaluate.h"

#include <map>
#include <numbers>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/bincount.h>

#include "moestro/record/step.h"
#include "moestro/stats/mutual_information.h"
#include "moestro/tensor/host.h"
#include "moestro/train/step.h"

namespace moestro {
namespace {

constexpr int64_t kShuffles = 20;

// Log-probability of each target byte, [S, L], in evaluation mode.
Tensor score(
    const Config& config,
    TrainState& state,
    const Tensor& bytes_SL1,
    const std::function<void(const LayerPass&)>& tap) {
  const auto length = bytes_SL1.size(1) - 1;
  const auto here_SL1 = bytes_SL1.to(state.device());
  const auto input = here_SL1.narrow(1, 0, length);
  const auto tokens = tokens_of(input, 0);
  const Pass pass{
      .phase = Phase::kEvaluate,
      .at =
          {.seed = static_cast<uint64_t>(config.train.seed),
           .step = state.step},
      .tokens = tokens,
      .tap = tap};
  const auto log_p = state.model.forward(input, pass).log_softmax(-1);
  const auto target = here_SL1.narrow(1, 1, length).unsqueeze(-1);
  return log_p.gather(-1, target).squeeze(-1);
}

// Who asked for whom on the evaluated bytes, in one layer.
struct Demand {
  std::vector<std::vector<int64_t>> by_sequence;  // [S][E]
  Tensor by_byte;                                 // [256, E] int64
};

void add_pairs(Demand& demand, const Routing& routing, const Tokens& tokens) {
  const auto E = routing.pairs.num_experts();
  const auto rows = to_ints(routing.sums.demand_SE);
  for (int64_t s = 0; s < tokens.num_sequences; ++s) {
    demand.by_sequence.emplace_back(
        rows.begin() + s * E, rows.begin() + (s + 1) * E);
  }
  const auto& expert_N = routing.pairs.expert_N;
  const auto asked_N = expert_N.ge(0);
  const auto byte_N = tokens.id_T.index_select(0, routing.pairs.token_N);
  const auto cell_N = (byte_N * E + expert_N.clamp_min(0))
                          .masked_fill(asked_N.logical_not(), 256 * E);
  const auto counts =
      at::bincount(cell_N, {}, 256 * E + 1).narrow(0, 0, 256 * E);
  demand.by_byte = demand.by_byte.defined()
                       ? demand.by_byte + counts.view({256, E})
                       : counts.view({256, E});
}

// p(e | d) if the expert depended on the byte alone.
Table via_byte(
    const Demand& demand, const Table& bytes_by_domain, int64_t experts) {
  const auto counts = to_doubles(demand.by_byte);
  Table by_domain(bytes_by_domain.rows, experts);
  for (int64_t b = 0; b < 256; ++b) {
    const auto* row = counts.data() + b * experts;
    const double all = std::accumulate(row, row + experts, 0.0);
    for (int64_t d = 0; all > 0 && d < by_domain.rows; ++d) {
      for (int64_t e = 0; e < experts; ++e) {
        by_domain.at(d, e) += bytes_by_domain.at(d, b) * row[e] / all;
      }
    }
  }
  return by_domain;
}

Table table_of(const Demand& demand) {
  const auto experts = static_cast<int64_t>(demand.by_sequence.front().size());
  Table t(static_cast<int64_t>(demand.by_sequence.size()), experts);
  for (int64_t s = 0; s < t.rows; ++s) {
    for (int64_t e = 0; e < experts; ++e) {
      t.at(s, e) = static_cast<double>(
          demand.by_sequence[static_cast<size_t>(s)][static_cast<size_t>(e)]);
    }
  }
  return t;
}

struct Evaluated {
  std::vector<double> nats;                 // [S] mean of each window
  std::vector<int32_t> domain;              // [S]
  std::map<Ledger::Place, Demand> demands;  // by layer and routing
  Table bytes{1, 256};                      // domain x byte, as inputs
  int64_t tokens = 0;
};

void add_specialisation(
    Series& series,
    const Evaluated& all,
    std::span<const std::string> domains,
    uint64_t seed) {
  const auto count = static_cast<int64_t>(domains.size());
  for (const auto& [place, demand] : all.demands) {
    const auto sequences = table_of(demand);
    const auto name = series_prefix(place.first, place.second);
    const auto by_domain = group_rows(sequences, all.domain, count);
    series.emplace_back(
        name + "domain_mutual_information", mutual_information(by_domain));
    series.emplace_back(
        name + "shuffled",
        shuffled_information(sequences, all.domain, count, kShuffles, seed));
    series.emplace_back(
        name + "via_byte",
        mutual_information(via_byte(demand, all.bytes, sequences.columns)));
    const auto lifts = lift(by_domain);
    for (int64_t d = 0; d < count; ++d) {
      for (int64_t e = 0; e < lifts.columns; ++e) {
        series.emplace_back(
            name + "lift/" + domains[static_cast<size_t>(d)] + "/" +
                std::to_string(e),
            lifts.at(d, e));
      }
    }
  }
}

// Apart from what the training text made of them: "valid_max_vio",
// "valid_load/<expert>" in units of the mean, of "valid_tokens".
void add_loads(Series& series, const Evaluated& all) {
  for (const auto& [place, demand] : all.demands) {
    const auto by_expert = group_rows(
        table_of(demand), std::vector<int32_t>(all.domain.size()), 1);
    const auto E = by_expert.columns;
    double sum = 0, most = 0;
    for (int64_t e = 0; e < E; ++e) {
      sum += by_expert.at(0, e);
      most = std::max(most, by_expert.at(0, e));
    }
    const double mean = sum / static_cast<double>(E);
    const auto name = series_prefix(place.first, place.second);
    if (mean > 0) {
      series.emplace_back(name + "valid_max_vio", most / mean - 1);
    }
    series.emplace_back(name + "valid_tokens", static_cast<double>(all.tokens));
    for (int64_t e = 0; mean > 0 && e < E; ++e) {
      series.emplace_back(
          name + "valid_load/" + std::to_string(e), by_expert.at(0, e) / mean);
    }
  }
}

void add_losses(
    Series& series,
    const Evaluated& all,
    std::span<const std::string> domains) {
  std::vector<double> sum(domains.size()), count(domains.size());
  double total = 0;
  for (size_t s = 0; s < all.nats.size(); ++s) {
    const auto d = static_cast<size_t>(all.domain[s]);
    sum[d] += all.nats[s];
    count[d] += 1;
    total += all.nats[s];
  }
  const double mean = total / static_cast<double>(all.nats.size());
  series.emplace_back("valid/lm", mean);
  series.emplace_back("valid/bits_per_byte", mean / std::numbers::ln2);
  for (size_t d = 0; d < domains.size(); ++d) {
    series.emplace_back("valid/domain/" + domains[d], sum[d] / count[d]);
  }
}

void add_bytes(Table& bytes, std::span<const Window> windows) {
  for (const auto& window : windows) {
    for (const auto byte : window.bytes.first(window.bytes.size() - 1)) {
      bytes.at(window.domain, byte) += 1;
    }
  }
}

Evaluated run_windows(
    const Config& config,
    TrainState& state,
    std::span<const Window> windows,
    int64_t num_domains,
    const std::function<bool()>& stopped) {
  Evaluated all{.bytes = Table(num_domains, 256)};
  add_bytes(all.bytes, windows);
  const auto batch = static_cast<size_t>(config.train.batch);
  for (size_t first = 0; first < windows.size(); first += batch) {
    if (stopped()) {
      return {};
    }
    const auto part =
        windows.subspan(first, std::min(batch, windows.size() - first));
    const auto tap = [&](const LayerPass& pass) {
      const auto layer = pass.context.at.layer;
      if (!state.layers.routes(static_cast<size_t>(layer))) {
        return;
      }
      for (const auto& [name, routing] : pass.out.routings) {
        add_pairs(all.demands[{layer, name}], routing, pass.context.tokens);
      }
    };
    const auto nats = to_doubles(
        -score(config, state, bytes_of(part), tap).to(at::kDouble).mean(1));
    all.nats.insert(all.nats.end(), nats.begin(), nats.end());
    for (const auto& window : part) {
      all.domain.push_back(window.domain);
      all.tokens += std::ssize(window.bytes) - 1;
    }
  }
  return all;
}

}  // namespace

Series evaluate(
    const Config& config,
    TrainState& state,
    std::span<const Window> windows,
    std::span<const std::string> domains,
    const std::function<bool()>& stopped) {
  const at::NoGradGuard no_grad;
  const auto all = run_windows(
      config, state, windows, static_cast<int64_t>(domains.size()), stopped);
  Series series;
  if (all.nats.empty()) {
    return series;
  }
  add_losses(series, all, domains);
  add_loads(series, all);
  if (domains.size() > 1) {
    add_specialisation(
        series, all, domains, static_cast<uint64_t>(config.train.seed));
  }
  return series;
}

std::vector<double> log_probabilities(
    const Config& config, TrainState& state, std::span<const Window> windows) {
  const at::NoGradGuard no_grad;
  std::vector<double> all;
  for (const auto& window : windows) {
    const auto one =
        to_doubles(score(config, state, bytes_of({&window, 1}), {}).flatten());
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

}  // namespace moestro
