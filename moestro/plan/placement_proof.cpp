// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/placement_proof.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <unordered_set>

#include "moestro/plan/packing_bound.h"
#include "moestro/plan/small_copies.h"

namespace moestro {
namespace {

// Given replica counts: fills devices with replicas, largest first.
class Completion {
 public:
  struct Kind {
    double size;
    int32_t expert;
    int64_t left;
  };

  Completion(const Shelf& shelf, double limit, Effort& effort)
      : per_(shelf.per), limit_(limit), effort_(effort) {}

  // Takes every kind with at least one replica. The slots, or nothing.
  std::optional<std::vector<int32_t>> run(
      std::vector<Kind> kinds, size_t devices) {
    kinds_ = std::move(kinds);
    std::ranges::stable_sort(kinds_, std::ranges::greater{}, &Kind::size);
    failed_.clear();
    slots_.clear();
    number_states();
    if (cannot_fit(devices) || !complete(devices)) {
      return std::nullopt;
    }
    return slots_;
  }

 private:
  // A state is the replicas left of every kind, as digits of one number.
  void number_states() {
    weight_.assign(kinds_.size(), 1);
    remembers_ = true;
    uint64_t states = 1;
    for (size_t i = 0; i < kinds_.size(); ++i) {
      const auto digits = static_cast<uint64_t>(kinds_[i].left) + 1;
      weight_[i] = states;
      remembers_ =
          remembers_ && states <= std::numeric_limits<uint64_t>::max() / digits;
      states *= digits;
    }
  }

  [[nodiscard]] uint64_t state() const {
    uint64_t number = 0;
    for (size_t i = 0; i < kinds_.size(); ++i) {
      number += weight_[i] * static_cast<uint64_t>(kinds_[i].left);
    }
    return number;
  }

  [[nodiscard]] bool cannot_fit(size_t devices) const {
    std::vector<double> sizes;
    for (const auto& kind : kinds_) {
      sizes.insert(sizes.end(), static_cast<size_t>(kind.left), kind.size);
    }
    return packing_bound(sizes, devices) >= limit_;
  }

  [[nodiscard]] double left_in_all() const {
    double sum = 0;
    for (const auto& kind : kinds_) {
      sum += kind.size * static_cast<double>(kind.left);
    }
    return sum;
  }

  bool complete(size_t devices) {
    if (devices == 0) {
      return true;
    }
    const auto here = state();
    const auto work = 2 * static_cast<int64_t>(kinds_.size()) + kLookUp;
    if (!effort_.spend(work) || (remembers_ && failed_.contains(here))) {
      return false;
    }
    const auto largest = static_cast<size_t>(
        std::ranges::find_if(kinds_, [](const Kind& k) { return k.left > 0; }) -
        kinds_.begin());
    // What the others cannot take; a shade less, against rounding.
    const double least =
        left_in_all() - limit_ * (static_cast<double>(devices - 1) + 1e-9);
    const bool done = take(largest, {devices, per_, 0, least});
    if (!done && remembers_) {
      remember(here);
    }
    return done;
  }

  void remember(uint64_t here) {
    constexpr size_t kMost = size_t{1} << 20;  // about 40 MB
    if (failed_.size() >= kMost) {
      failed_.clear();
    }
    failed_.insert(here);
  }

  struct Open {
    size_t devices, room;
    double sum, least;  // least: what this device must hold at the end
  };

  bool take(size_t i, Open open) {
    auto& kind = kinds_[i];
    open.sum += kind.size;
    if (open.sum >= limit_ || !effort_.spend(kTake)) {
      return false;
    }
    --kind.left;
    slots_.push_back(kind.expert);
    --open.room;
    if (fill(i, open)) {
      return true;
    }
    slots_.pop_back();
    ++kind.left;
    return false;
  }

  // From kind i on, sizes fall: more than room of this size cannot be added.
  bool fill(size_t i, const Open& open) {
    if (open.room == 0) {
      return open.sum > open.least && complete(open.devices - 1);
    }
    for (; i < kinds_.size(); ++i) {
      const double most =
          open.sum + static_cast<double>(open.room) * kinds_[i].size;
      if (most <= open.least) {
        return false;
      }
      if (kinds_[i].left > 0 && take(i, open)) {
        return true;
      }
    }
    return false;
  }

  static constexpr int64_t kLookUp = 64, kTake = 8;

  size_t per_;
  double limit_;
  Effort& effort_;
  std::vector<Kind> kinds_;
  std::vector<uint64_t> weight_;
  bool remembers_ = false;
  std::unordered_set<uint64_t> failed_;
  std::vector<int32_t> slots_;
};

// The loads, heaviest first, and the fewest replicas that stay below a limit.
struct Order {
  std::vector<size_t> experts;
  std::vector<double> loads;
  std::vector<int64_t> least;
  int64_t spare = 0;  // slots beyond these; below 0: too few

  Order(const Shelf& shelf, double limit) : experts(shelf.load_E.size()) {
    std::iota(experts.begin(), experts.end(), 0);
    std::ranges::stable_sort(experts, std::ranges::greater{}, [&](size_t e) {
      return shelf.load_E[e];
    });
    spare = static_cast<int64_t>(shelf.devices * shelf.per);
    for (const auto e : experts) {
      loads.push_back(shelf.load_E[e]);
      // A replica of load exactly at the limit is not below it.
      const double needed = std::floor(loads.back() / limit) + 1;
      const auto slots = static_cast<double>(shelf.devices * shelf.per);
      least.push_back(static_cast<int64_t>(std::min(needed, slots + 1)));
      spare -= least.back();
    }
  }
};

// Depth first over replica counts.
class Counts {
 public:
  Counts(const Shelf& shelf, double limit, Effort& effort)
      : shelf_(shelf),
        effort_(effort),
        completion_(shelf, limit, effort),
        order_(shelf, limit),
        small_(
            order_.loads,
            order_.least,
            std::max<int64_t>(order_.spare, 0),
            limit,
            shelf.per),
        count_(shelf.load_E.size()) {}

  std::optional<std::vector<int32_t>> run() {
    const bool fits = order_.spare >= 0 && effort_.spend(small_.work());
    return fits ? choose(0, order_.spare) : std::nullopt;
  }

 private:
  [[nodiscard]] double load(size_t i) const { return order_.loads[i]; }

  std::optional<std::vector<int32_t>> choose(size_t i, int64_t spare) {
    if (!effort_.spend(kCheck) || !small_.enough(i, spare)) {
      return std::nullopt;
    }
    const bool last = i + 1 == count_.size();
    for (int64_t more = last ? spare : 0; more <= spare; ++more) {
      count_[i] = order_.least[i] + more;
      // Equal experts: counts fall.
      if (i > 0 && load(i) == load(i - 1) && count_[i] > count_[i - 1]) {
        break;
      }
      small_.decide(i, count_[i]);
      auto found = last ? place() : choose(i + 1, spare - more);
      if (found || effort_.exhausted) {
        return found;
      }
    }
    return std::nullopt;
  }

  std::optional<std::vector<int32_t>> place() {
    if (!effort_.spend(kCheck) || !small_.enough(count_.size(), 0) ||
        !effort_.spend(work_of_place())) {
      return std::nullopt;
    }
    std::vector<Completion::Kind> kinds;
    kinds.reserve(count_.size());
    for (size_t i = 0; i < count_.size(); ++i) {
      kinds.push_back(
          {load(i) / static_cast<double>(count_[i]),
           static_cast<int32_t>(order_.experts[i]),
           count_[i]});
    }
    return completion_.run(std::move(kinds), shelf_.devices);
  }

  // Kinds are sorted, sizes listed and bounded.
  [[nodiscard]] int64_t work_of_place() const {
    const auto slots = shelf_.devices * shelf_.per;
    return static_cast<int64_t>(32 * count_.size() + 4 * slots) +
           static_cast<int64_t>(shelf_.per * shelf_.per);
  }

  static constexpr int64_t kCheck = 16;

  const Shelf& shelf_;
  Effort& effort_;
  Completion completion_;
  Order order_;
  SmallCopies small_;
  std::vector<int64_t> count_;
};

}  // namespace

std::optional<std::vector<int32_t>> placement_below(
    double limit, const Shelf& shelf, Effort& effort) {
  if (limit <= 0) {
    return std::nullopt;
  }
  return Counts(shelf, limit, effort).run();
}

}  // namespace moestro
