// SPDX-License-Identifier: Apache-2.0
// Format "hf-router-logits": safetensors with tensors "step.N.layer.L", [T, E].
// What a softmax router makes of logits z of a token, in double: the k largest,
// ties to the lower index; p = exp(z - lse), H = lse - sum p z. Logits come in
// pieces of a few thousand tokens, so that memory does not grow with a tensor.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <compare>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "moestro/base/error.h"
#include "moestro/base/screen.h"
#include "moestro/record/plausible.h"
#include "moestro/record/safetensors.h"
#include "moestro/record/trace.h"

namespace moestro {
namespace {

constexpr uint64_t kPiece = uint64_t{1} << 22U;  // bytes

double half(uint16_t bits) {
  const auto exponent = static_cast<int>((bits >> 10U) & 31U);
  const auto mantissa = static_cast<int>(bits & 1023U);
  double value = 0;
  if (exponent == 31) {
    value = mantissa == 0 ? std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::quiet_NaN();
  } else {
    value = std::ldexp(
        exponent == 0 ? mantissa : mantissa + 1024, std::max(exponent, 1) - 25);
  }
  return (bits & 0x8000U) != 0 ? -value : value;
}

double brain(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16U);
}

template <class Word>
Word word_at(const std::byte* bytes, size_t i) {
  Word word{};
  std::memcpy(&word, bytes + i * sizeof(Word), sizeof(Word));
  return word;
}

using ReadNumber = double (*)(const std::byte*, size_t);

// nullptr: no kind of logits.
ReadNumber reader_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::kF64:
      return [](const std::byte* b, size_t i) { return word_at<double>(b, i); };
    case Dtype::kF32:
      return [](const std::byte* b, size_t i) -> double {
        return word_at<float>(b, i);
      };
    case Dtype::kF16:
      return [](const std::byte* b, size_t i) {
        return half(word_at<uint16_t>(b, i));
      };
    case Dtype::kBF16:
      return [](const std::byte* b, size_t i) {
        return brain(word_at<uint16_t>(b, i));
      };
    default:
      return nullptr;
  }
}

// Adds tokens to the record of a layer.
class TokenSums {
 public:
  TokenSums(LayerRecord& record, size_t experts, int64_t top_k)
      : record_(record), k_(static_cast<size_t>(top_k)), order_(experts) {
    record.counts.demand.resize(experts);
    record.counts.first.resize(experts);
    record.prob.resize(experts);
    record.min_margin = std::numeric_limits<double>::infinity();
  }

  // False: a logit is not finite, the token is left out.
  bool add(std::span<const double> z_E) {
    const auto bad =
        std::ranges::count_if(z_E, [](double z) { return !std::isfinite(z); });
    record_.nonfinite += bad;
    if (bad > 0) {
      return false;
    }
    ++record_.counts.tokens;
    choose(z_E);
    add_scores(z_E);
    return true;
  }

 private:
  void choose(std::span<const double> z_E) {
    std::iota(order_.begin(), order_.end(), size_t{0});
    const auto before = [&](size_t a, size_t b) {
      return z_E[a] != z_E[b] ? z_E[a] > z_E[b] : a < b;
    };
    const auto sorted = std::min(k_ + 1, order_.size());
    std::ranges::partial_sort(
        order_, order_.begin() + static_cast<std::ptrdiff_t>(sorted), before);
    for (size_t i = 0; i < k_; ++i) {
      ++record_.counts.demand[order_[i]];
    }
    ++record_.counts.first[order_[0]];
    if (sorted > k_) {
      record_.min_margin =
          std::min(record_.min_margin, z_E[order_[k_ - 1]] - z_E[order_[k_]]);
    }
  }

  void add_scores(std::span<const double> z_E) {
    const double top = z_E[order_[0]];
    double sum = 0;
    for (const auto z : z_E) {
      sum += std::exp(z - top);
      record_.max_logit = std::max(record_.max_logit, std::abs(z));
    }
    const double lse = top + std::log(sum);
    double mean = 0;
    for (size_t e = 0; e < z_E.size(); ++e) {
      const double p = std::exp(z_E[e] - lse);
      record_.prob[e] += p;
      mean += p * z_E[e];
    }
    record_.lse2 += lse * lse;
    record_.entropy += std::max(0.0, lse - mean);
  }

  LayerRecord& record_;
  size_t k_;
  std::vector<size_t> order_;
};

struct Place {
  int64_t step = 0, layer = 0;
  auto operator<=>(const Place&) const = default;
};

// The number after `before`, which is cut off; nothing when there is none.
std::optional<int64_t> number_after(
    std::string_view& text, std::string_view before) {
  if (!text.starts_with(before)) {
    return std::nullopt;
  }
  text.remove_prefix(before.size());
  int64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

std::optional<Place> place_of(std::string_view name) {
  const auto step = number_after(name, "step.");
  const auto layer = number_after(name, ".layer.");
  if (!step || !layer || !name.empty() || *step > plausible::kMostSteps / 2 ||
      *layer >= plausible::kMostLayers) {
    return std::nullopt;
  }
  return Place{*step, *layer};
}

class RouterLogits final : public Trace {
 public:
  RouterLogits(const std::string& path, const TraceOptions& options)
      : options_(options),
        top_k_(options.top_k.value_or(1)),
        file_(path),
        facts_(options.known) {
    for (const auto& entry : file_.entries()) {
      sort_in(entry);
    }
    if (tensors_.empty()) {
      fail_data(
          path +
              " holds no tensor 'step.N.layer.L' of logits [tokens, experts]",
          path);
    }
    next_ = tensors_.begin();
  }

  Turn next() override {
    if (next_ == tensors_.end() || (options_.stop && options_.stop())) {
      return {Found::kEnd};
    }
    const auto number = next_->first.step;
    TraceStep step{.record = {.step = number, .scalars = {}, .layers = {}}};
    for (; next_ != tensors_.end() && next_->first.step == number; ++next_) {
      step.record.layers.push_back(read(next_->first, *next_->second));
    }
    return {Found::kStep, std::move(step)};
  }

  [[nodiscard]] const RunFacts& facts() const override { return facts_; }
  [[nodiscard]] int64_t lines() const override { return read_; }
  [[nodiscard]] bool is_file() const override { return true; }

 private:
  void sort_in(const TensorEntry& entry) {
    const auto place = place_of(entry.name);
    if (!place) {
      return leave_out(entry, "its name is not step.N.layer.L");
    }
    if (entry.shape.size() != 2 || reader_of(entry.dtype) == nullptr) {
      return leave_out(
          entry, "it is no floating-point matrix [tokens, experts]");
    }
    const auto E = entry.shape[1];
    if (E < top_k_ || E > plausible::kMostExperts) {
      return leave_out(
          entry,
          "it has " + std::to_string(E) + " experts, --top-k is " +
              std::to_string(top_k_));
    }
    if (!know(static_cast<size_t>(place->layer), E)) {
      return leave_out(entry, "its layer has another number of experts before");
    }
    if (!tensors_.emplace(*place, &entry).second) {
      leave_out(entry, "step and layer are there already");
    }
  }

  // False: the layer began with another number of experts.
  bool know(size_t layer, int64_t experts) {
    facts_.layers.resize(std::max(facts_.layers.size(), layer + 1));
    auto& facts = facts_.layers[layer];
    if (facts.experts != 0) {
      return facts.experts == experts;
    }
    facts = {.kind = "routed", .experts = experts, .top_k = top_k_};
    return true;
  }

  LayerRecord read(const Place& place, const TensorEntry& entry) {
    LayerRecord record;
    record.layer = static_cast<int32_t>(place.layer);
    const auto E = static_cast<size_t>(entry.shape[1]);
    TokenSums sums(record, E, top_k_);
    const auto row_bytes = E * size_of(entry.dtype);
    const auto T = static_cast<uint64_t>(entry.shape[0]);
    const auto step = std::max<uint64_t>(1, kPiece / row_bytes);
    int64_t left_out = 0;
    for (uint64_t t = 0; t < T; t += step) {
      const auto rows = std::min(step, T - t);
      const auto bytes = file_.read(entry, t * row_bytes, rows * row_bytes);
      left_out += add_rows(sums, bytes, entry);
    }
    ++read_;
    if (left_out > 0) {
      leave_out(
          entry,
          std::to_string(left_out) +
              " of its tokens have logits that "
              "are not finite; they are left out");
    }
    if (record.counts.tokens == 0) {
      record.min_margin = 0;
    }
    return record;
  }

  static int64_t add_rows(
      TokenSums& sums,
      std::span<const std::byte> bytes,
      const TensorEntry& entry) {
    const auto number = reader_of(entry.dtype);
    std::vector<double> z_E(static_cast<size_t>(entry.shape[1]));
    const auto rows = bytes.size() / (z_E.size() * size_of(entry.dtype));
    int64_t left_out = 0;
    for (size_t t = 0; t < rows; ++t) {
      for (size_t e = 0; e < z_E.size(); ++e) {
        z_E[e] = number(bytes.data(), t * z_E.size() + e);
      }
      left_out += sums.add(z_E) ? 0 : 1;
    }
    return left_out;
  }

  void leave_out(const TensorEntry& entry, const std::string& why) {
    if (options_.left_out) {
      options_.left_out("tensor '" + shortened(entry.name, 80) + "': " + why);
    }
  }

  TraceOptions options_;
  int64_t top_k_;
  SafetensorsPieces file_;
  RunFacts facts_;
  std::map<Place, const TensorEntry*> tensors_;
  std::map<Place, const TensorEntry*>::iterator next_;
  int64_t read_ = 0;
};

}  // namespace

std::unique_ptr<Trace> open_router_logits(
    const std::string& path, const TraceOptions& options) {
  if (!options.top_k) {
    fail_configuration(
        "logits do not say how many experts a token gets: --top-k K",
        "--top-k");
  }
  if (path == "-" || options.follow) {
    fail_configuration(
        "hf-router-logits is a file that is there: no standard input, no "
        "--follow",
        "--format");
  }
  return std::make_unique<RouterLogits>(path, options);
}

}  // namespace moestro
