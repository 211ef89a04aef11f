// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/sample.h"

#include <ATen/core/grad_mode.h>

#include "moestro/base/philox.h"

namespace moestro {
namespace {

constexpr uint32_t kStream = 0x5A3;

Tensor next_logits(
    const Config& config, const TrainState& state, const std::string& text) {
  const auto length =
      std::min<size_t>(text.size(), static_cast<size_t>(config.model.context));
  auto bytes = at::empty({1, static_cast<int64_t>(length)}, at::kLong);
  auto* out = bytes.mutable_data_ptr<int64_t>();
  for (size_t i = 0; i < length; ++i) {
    out[i] = static_cast<unsigned char>(text[text.size() - length + i]);
  }
  bytes = bytes.to(state.device());
  const auto tokens = tokens_of(bytes, 0);
  const Pass pass{
      .phase = Phase::kEvaluate, .at = {.step = state.step}, .tokens = tokens};
  return state.model.forward(bytes, pass)[0][-1];
}

int64_t pick(const Tensor& logits_V, double temperature, float u) {
  if (temperature == 0) {
    return logits_V.argmax().item<int64_t>();
  }
  // Against the largest: whatever the temperature, that one is 0 and no other
  // is above it.
  const auto exact_V = logits_V.to(at::kDouble);
  const auto cumulative =
      ((exact_V - exact_V.max()) / temperature).softmax(0).cumsum(0);
  const auto below = cumulative.lt(u).sum().item<int64_t>();
  return std::min<int64_t>(below, logits_V.size(0) - 1);
}

}  // namespace

void sample(
    const Config& config,
    TrainState& state,
    const std::string& prompt,
    const SampleOptions& options,
    const std::function<void(char)>& write) {
  const at::NoGradGuard no_grad;
  auto text = prompt;
  for (int64_t i = 0; i < options.bytes; ++i) {
    const auto bits = draw(
        {.seed = static_cast<uint64_t>(options.seed), .stream = kStream},
        static_cast<uint64_t>(i));
    const auto byte = pick(
        next_logits(config, state, text),
        options.temperature,
        to_unit(bits[0]));
    text.push_back(static_cast<char>(byte));
    write(text.back());
    // No more is looked at, however many bytes are asked for.
    const auto context = static_cast<size_t>(config.model.context);
    text.erase(0, text.size() - std::min(text.size(), context));
  }
}

}  // namespace moestro
