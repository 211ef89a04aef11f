// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/llep.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/plan/nearest.h"

namespace moestro {
namespace {

// Token counts stay exact in double, so that alpha * mean is.
constexpr int64_t kMostTokens = int64_t{1} << 53;

void check_counts(std::span<const int64_t> load_E, int64_t devices) {
  const auto E = static_cast<int64_t>(load_E.size());
  if (E == 0 || devices < 1 || E % devices != 0) {
    fail_data(
        "[llep] devices must divide experts; got devices=" +
        std::to_string(devices) + ", experts=" + std::to_string(E) +
        works_nearby(nearest_divisors("devices", devices, E)));
  }
  int64_t sum = 0;
  for (size_t e = 0; e < load_E.size(); ++e) {
    if (load_E[e] < 0 || load_E[e] > kMostTokens - sum) {
      fail_data(
          "[llep] tokens of an expert are not negative and at most 2^53 in "
          "all; expert " +
          std::to_string(e) + " has " + std::to_string(load_E[e]));
    }
    sum += load_E[e];
  }
}

void check_options(const LlepOptions& o) {
  const auto fine = [](double v) { return std::isfinite(v) && v > 0; };
  if (!fine(o.alpha) || !fine(o.threshold) || o.min_chunk < 0) {
    fail_data(
        "[llep] alpha and threshold are finite and positive, min_chunk is not "
        "negative; got alpha=" +
        shortest(o.alpha) + ", threshold=" + shortest(o.threshold) +
        ", min_chunk=" + std::to_string(o.min_chunk));
  }
}

class Planner {
 public:
  Planner(
      std::span<const int64_t> load_E,
      int64_t devices,
      const LlepOptions& options)
      : load_E_(load_E),
        options_(options),
        native_((load_E.size() / static_cast<size_t>(devices))),
        pending_P_(static_cast<size_t>(devices)),
        assigned_P_(static_cast<size_t>(devices)) {
    for (size_t e = 0; e < load_E.size(); ++e) {
      pending_P_[e / native_] += load_E[e];
    }
    plan_.plain_device_load_P = pending_P_;
    const auto total =
        std::accumulate(pending_P_.begin(), pending_P_.end(), int64_t{0});
    mean_ = static_cast<double>(total) / static_cast<double>(devices);
    // Beyond the total a larger capacity changes nothing.
    const auto all = static_cast<double>(total);
    capacity_ = static_cast<int64_t>(std::floor(
        std::min(options.alpha * all / static_cast<double>(devices), all)));
  }

  LlepPlan run() {
    plan_.fallback = is_balanced();
    for (const auto e : by_falling_load()) {
      if (plan_.fallback) {
        assign(e, e / native_, 0, load_E_[e]);
      } else {
        place(e);
      }
    }
    std::ranges::sort(plan_.segments, [](const auto& a, const auto& b) {
      return a.expert != b.expert ? a.expert < b.expert : a.begin < b.begin;
    });
    list_transfers();
    plan_.device_load_P = std::move(assigned_P_);
    return std::move(plan_);
  }

 private:
  [[nodiscard]] bool is_balanced() const {
    const bool devices = options_.imbalance_of == ImbalanceOf::kDevices;
    const auto largest =
        devices ? std::ranges::max(pending_P_) : std::ranges::max(load_E_);
    const double mean = devices ? mean_ : mean_ / static_cast<double>(native_);
    return static_cast<double>(largest) < options_.threshold * mean ||
           mean_ == 0 || pending_P_.size() == 1;
  }

  [[nodiscard]] std::vector<size_t> by_falling_load() const {
    std::vector<size_t> order;
    for (size_t e = 0; e < load_E_.size(); ++e) {
      if (load_E_[e] > 0) {
        order.push_back(e);
      }
    }
    std::ranges::stable_sort(
        order, std::ranges::greater{}, [&](size_t e) { return load_E_[e]; });
    return order;
  }

  // Room for more than what the device's own experts will still bring.
  [[nodiscard]] int64_t room(size_t device) const {
    return capacity_ - assigned_P_[device] - pending_P_[device];
  }

  void place(size_t e) {
    const auto home = e / native_;
    const auto tokens = load_E_[e];
    pending_P_[home] -= tokens;
    auto stays = std::clamp(room(home), int64_t{0}, tokens);
    const auto excess = tokens - stays;
    if (excess < options_.min_chunk &&
        options_.small_excess == SmallExcess::kKeepNative) {
      stays = tokens;
    }
    if (stays > 0) {
      assign(e, home, 0, stays);
    }
    spill(e, stays);
  }

  // Sends what is left away: to the emptiest other device a chunk worth it,
  // over and over; when it has no room for one, all of it. (Its room is the
  // largest, so the others have none either.)
  void spill(size_t e, int64_t begin) {
    while (begin < load_E_[e]) {
      const auto left = load_E_[e] - begin;
      const auto to = emptiest_but(e / native_);
      auto chunk = std::min(left, room(to));
      if (chunk <= 0 || (chunk < options_.min_chunk && left > chunk)) {
        chunk = left;
      }
      assign(e, to, begin, begin + chunk);
      begin += chunk;
    }
  }

  [[nodiscard]] size_t emptiest_but(size_t home) const {
    size_t best = home == 0 ? 1 : 0;
    for (size_t d = best + 1; d < assigned_P_.size(); ++d) {
      if (d != home && room(d) > room(best)) {
        best = d;
      }
    }
    return best;
  }

  void assign(size_t e, size_t device, int64_t begin, int64_t end) {
    assigned_P_[device] += end - begin;
    const LlepSegment segment{
        static_cast<int32_t>(e), static_cast<int32_t>(device), begin, end};
    if (begin > 0 && plan_.segments.back().device == segment.device) {
      plan_.segments.back().end = end;
    } else {
      plan_.segments.push_back(segment);
    }
  }

  void list_transfers() {
    for (const auto& s : plan_.segments) {
      const auto home = s.expert / static_cast<int32_t>(native_);
      if (s.device != home) {
        plan_.transfers.push_back({s.expert, home, s.device});
      }
    }
    const auto key = [](const LlepTransfer& t) {
      return std::pair(t.expert, t.to);
    };
    std::ranges::sort(plan_.transfers, {}, key);
    const auto twice = std::ranges::unique(plan_.transfers, {}, key);
    plan_.transfers.erase(twice.begin(), twice.end());
  }

  std::span<const int64_t> load_E_;
  const LlepOptions& options_;
  size_t native_;  // experts a device
  std::vector<int64_t> pending_P_, assigned_P_;
  double mean_ = 0;
  int64_t capacity_ = 0;
  LlepPlan plan_;
};

// Segments are in order, so the last of an expert ends at its tokens.
void check_same_tokens(
    const LlepPlan& plan, std::span<const int64_t> count_PE, size_t E) {
  std::vector<int64_t> planned_E(E), counted_E(E);
  bool same = E * plan.device_load_P.size() == count_PE.size();
  for (const auto& s : plan.segments) {
    same = same && static_cast<size_t>(s.expert) < E;
    if (same) {
      planned_E[static_cast<size_t>(s.expert)] = s.end;
    }
  }
  for (size_t i = 0; same && i < count_PE.size(); ++i) {
    same = count_PE[i] >= 0;
    counted_E[i % E] += count_PE[i];
  }
  if (!same || planned_E != counted_E) {
    fail_data("[llep] the counts of the ranks are not those of the plan");
  }
}

}  // namespace

LlepPlan plan_llep(
    std::span<const int64_t> load_E,
    int64_t devices,
    const LlepOptions& options) {
  check_counts(load_E, devices);
  check_options(options);
  return Planner(load_E, devices, options).run();
}

std::vector<int64_t> llep_send_matrix(
    const LlepPlan& plan, std::span<const int64_t> count_PE) {
  const auto P = plan.device_load_P.size();
  if (P == 0) {
    fail_data("[llep] the plan has no devices");
  }
  const auto E = count_PE.size() / P;
  check_same_tokens(plan, count_PE, E);
  std::vector<int64_t> send_PP(P * P);
  // Where the tokens of a rank begin among those of the expert.
  std::vector<int64_t> first_E(E);
  for (size_t s = 0; s < P; ++s) {
    for (const auto& segment : plan.segments) {
      const auto e = static_cast<size_t>(segment.expert);
      const auto begin = std::max(segment.begin, first_E[e]);
      const auto end = std::min(segment.end, first_E[e] + count_PE[s * E + e]);
      send_PP[s * P + static_cast<size_t>(segment.device)] +=
          std::max(int64_t{0}, end - begin);
    }
    for (size_t e = 0; e < E; ++e) {
      first_E[e] += count_PE[s * E + e];
    }
  }
  return send_PP;
}

}  // namespace moestro
