// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/routing_record.h"

#include <numeric>

#include "moestro/tensor/host.h"

namespace moestro {
namespace {

template <class T>
void add(std::vector<T>& total, const std::vector<T>& part) {
  total.resize(std::max(total.size(), part.size()));
  for (size_t i = 0; i < part.size(); ++i) {
    total[i] += part[i];
  }
}

// About a fifth of a millisecond.
constexpr int64_t kTraceWork = 1 << 20;

// Rows are added up in double, in their order: the same bits for the same
// batch.
std::vector<double> column_sums(const Tensor& matrix_SE) {
  return to_doubles(matrix_SE.detach().to(at::kDouble).sum(0));
}

void add_extremes(LayerRecord& record, const Tensor& extremes) {
  const auto values = to_doubles(extremes);
  const bool first = record.counts.tokens == 0;
  record.max_logit = first ? values[0] : std::max(record.max_logit, values[0]);
  record.min_margin =
      first ? values[1] : std::min(record.min_margin, values[1]);
  record.nonfinite += static_cast<int64_t>(values[2]);
}

}  // namespace

void accumulate(
    LayerRecord& record, SequenceRows& rows, const Routing& routing) {
  const auto& s = routing.sums;
  const auto valid_S = to_ints(s.valid_S);
  add_extremes(record, s.extremes);
  record.counts.add(
      {.tokens = std::accumulate(valid_S.begin(), valid_S.end(), int64_t{0}),
       .demand = to_ints(routing.pairs.demand_E),
       .kept = to_ints(routing.pairs.offset_E1.diff()),
       .first = to_ints(s.first_SE.sum(0))});
  add(record.prob, column_sums(s.prob_SE));
  add(record.mass, column_sums(s.mass_SE));
  rows.add(to_ints(s.demand_SE), valid_S);
  record.lse2 += column_sums(s.lse2_S.unsqueeze(1))[0];
  record.entropy += column_sums(s.entropy_S.unsqueeze(1))[0];
}

void add_domains(
    LayerRecord& record,
    const Routing& routing,
    std::span<const int32_t> domain_S,
    int64_t domains) {
  const auto demand_SE = to_ints(routing.sums.demand_SE);
  const auto E = demand_SE.size() / domain_S.size();
  record.domain_demand.resize(static_cast<size_t>(domains) * E);
  for (size_t s = 0; s < domain_S.size(); ++s) {
    for (size_t e = 0; e < E; ++e) {
      record.domain_demand[static_cast<size_t>(domain_S[s]) * E + e] +=
          demand_SE[s * E + e];
    }
  }
}

SequenceSums reduced(SequenceRows rows, int64_t step) {
  const auto every = 1 + rows.trace_work() / kTraceWork;
  if (step % every == 0) {
    rows.work_out_traces();
  }
  return rows.sums();
}

}  // namespace moestro
