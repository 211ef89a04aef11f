// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/null_stream.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "moestro/base/error.h"
#include "moestro/stats/distribution.h"

namespace moestro {
namespace {

// Of every gamma variable, so that counts vary phi times as much as those of
// independent tokens: Var(share) = m (1 - m) / (concentration + 1), m = 1 / E.
double shape_of(const NullStream& s) {
  const auto E = static_cast<double>(s.experts);
  const auto K = static_cast<double>(s.top_k);
  const double concentration =
      static_cast<double>(s.tokens) * K * (1 - 1 / E) / (s.phi * (1 - K / E)) -
      1;
  return std::max(concentration / E, 1e-3);
}

// Whole numbers nearest to the real ones, none above `most`, with this sum.
std::vector<int64_t> rounded(
    const std::vector<double>& real, int64_t sum, int64_t most) {
  std::vector<int64_t> whole(real.size());
  double carried = 0;
  for (size_t e = 0; e < real.size(); ++e) {
    const double wanted = real[e] + carried;
    whole[e] = std::clamp<int64_t>(std::llround(wanted), 0, most);
    carried = wanted - static_cast<double>(whole[e]);
  }
  auto left = sum - std::accumulate(whole.begin(), whole.end(), int64_t{0});
  for (size_t e = 0; left != 0; e = (e + 1) % whole.size()) {
    const int64_t one = left > 0 ? 1 : -1;
    if (whole[e] + one >= 0 && whole[e] + one <= most) {
      whole[e] += one;
      left -= one;
    }
  }
  return whole;
}

}  // namespace

NullLayer::NullLayer(const NullStream& stream, int32_t layer)
    : stream_(stream),
      layer_(layer),
      shape_(0),
      topic_E_(static_cast<size_t>(stream.experts)),
      popularity_E_(static_cast<size_t>(stream.experts)),
      favour_E_(static_cast<size_t>(stream.experts), 1),
      random_(stream.seed * 1000003 + static_cast<uint64_t>(layer)) {
  require(
      stream.top_k >= 1 && stream.top_k < stream.experts && stream.tokens > 0 &&
          stream.phi >= 1 && stream.topics >= 0 && stream.topics < 1,
      "[null_stream] 1 <= K < E, tokens > 0, phi >= 1, 0 <= topics < 1");
  shape_ = shape_of(stream);
  for (auto& topic : topic_E_) {
    topic = gamma(shape_);
  }
  for (auto& popularity : popularity_E_) {
    popularity = stream.wander > 0 ? draw_normal(random_, stream.wander) : 0;
  }
}

double NullLayer::gamma(double shape) {
  return shape > 0 ? draw_gamma(random_, shape) : 0;
}

void NullLayer::favour(size_t expert, double factor) {
  favour_E_[expert] = factor;
}

void NullLayer::move() {
  const double r = stream_.topics;
  for (auto& topic : topic_E_) {
    if (r > 0) {
      const double a = gamma(r * shape_), b = gamma((1 - r) * shape_);
      topic = topic * (a + b > 0 ? a / (a + b) : 0) + gamma((1 - r) * shape_);
    } else {
      topic = gamma(shape_);
    }
  }
  const double m = stream_.wander_memory;
  const double step = stream_.wander * std::sqrt(1 - m * m);
  for (auto& popularity : popularity_E_) {
    popularity =
        stream_.wander > 0 ? m * popularity + draw_normal(random_, step) : 0;
  }
}

std::vector<int64_t> NullLayer::counts() {
  move();
  std::vector<double> real(topic_E_.size());
  double sum = 0;
  for (size_t e = 0; e < real.size(); ++e) {
    real[e] = topic_E_[e] * std::exp(popularity_E_[e]) * favour_E_[e];
    sum += real[e];
  }
  const auto pairs = stream_.tokens * stream_.top_k;
  for (auto& r : real) {
    r *= static_cast<double>(pairs) / sum;
  }
  return rounded(real, pairs, stream_.tokens);
}

SequenceSums NullLayer::sequences(const std::vector<int64_t>& demand_E) {
  const auto S = static_cast<double>(stream_.sequences);
  if (stream_.sequences < 2) {
    return {};
  }
  SequenceSums sums{.sequences = stream_.sequences};
  const auto T = static_cast<double>(stream_.tokens);
  for (const auto n : demand_E) {
    const double q = static_cast<double>(n) / T;
    const double spread = stream_.phi * q * (1 - q) * 2 * gamma((S - 1) / 2);
    sums.square.push_back(T * q * q + spread);
  }
  return sums;
}

LayerRecord NullLayer::next() {
  LayerRecord record{.layer = layer_};
  record.counts.tokens = stream_.tokens;
  record.counts.demand = counts();
  record.counts.kept = record.counts.demand;
  record.sequences = sequences(record.counts.demand);
  return record;
}

}  // namespace moestro
