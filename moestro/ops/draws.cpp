// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 (Salmon et al., SC 2011) twice: as it stands in base/philox.h,
// and over int64 tensors, whose products of 32-bit numbers are formed from
// 16-bit halves because they would overflow.
#include "moestro/ops/draws.h"

#include <array>

#include <ATen/ops/bitwise_and.h>
#include <ATen/ops/bitwise_left_shift.h>
#include <ATen/ops/bitwise_right_shift.h>
#include <ATen/ops/bitwise_xor.h>

#include "moestro/base/normal.h"
#include "moestro/tensor/host.h"

namespace moestro {
namespace draws_part {

using at::Tensor;
using Four = std::array<float, 4>;

Four uniform_four(const Philox4& bits) {
  return {
      to_unit(bits[0]), to_unit(bits[1]), to_unit(bits[2]), to_unit(bits[3])};
}

Four normal_four(const Philox4& bits) {
  const auto ab = normal_pair(1 - bits[0] * 0x1p-32, bits[1] * 0x1p-32);
  const auto cd = normal_pair(1 - bits[2] * 0x1p-32, bits[3] * 0x1p-32);
  return {
      static_cast<float>(ab.first),
      static_cast<float>(ab.second),
      static_cast<float>(cd.first),
      static_cast<float>(cd.second)};
}

template <class Fill>
Tensor on_host(
    const DrawKey& key, const Tensor& item_R, int64_t columns, Fill four) {
  const auto item = item_R.contiguous();
  const auto out = at::empty({item.size(0), columns}, at::kFloat);
  const auto* items = item.const_data_ptr<int64_t>();
  auto* values = out.mutable_data_ptr<float>();
  for (int64_t i = 0; i < item.size(0) * columns; ++i) {
    const auto column = i % columns;
    if (column % 4 == 0) {
      const auto block = four(
          draw(key, static_cast<uint64_t>(items[i / columns]), column / 4));
      const auto width = std::min<int64_t>(4, columns - column);
      std::copy_n(block.begin(), width, values + i);
    }
  }
  return out;
}

constexpr int64_t kMask = 0xFFFFFFFF;

struct Product {
  Tensor high, low;  // of 64 bits, 32 each
};

Product multiply(int64_t constant, const Tensor& number) {
  const auto lower = number.bitwise_and(0xFFFF) * constant;
  const auto upper = number.bitwise_right_shift(16) * constant;
  const auto middle = upper + lower.bitwise_right_shift(16);
  return {
      middle.bitwise_right_shift(16),
      middle.bitwise_left_shift(16).bitwise_and(kMask).bitwise_or(
          lower.bitwise_and(0xFFFF))};
}

// The key of each block, as `draw` mixes it: [B] low and high halves.
std::array<Tensor, 2> block_keys(
    const DrawKey& key, int64_t blocks, const Tensor& like) {
  std::vector<int64_t> low, high;
  for (int64_t b = 0; b < blocks; ++b) {
    const auto mixed = mixed_key(key, static_cast<uint32_t>(b));
    low.push_back(static_cast<int64_t>(mixed & kMask));
    high.push_back(static_cast<int64_t>(mixed >> 32U));
  }
  return {
      without_waiting(at::tensor(low, at::kLong), like.device()),
      without_waiting(at::tensor(high, at::kLong), like.device())};
}

// Columns 4b .. 4b + 3 are those of block b.
Tensor in_columns(const Tensor& value_RB4, int64_t columns) {
  return value_RB4.flatten(1).narrow(1, 0, columns).to(at::kFloat);
}

int64_t blocks_of(int64_t columns) {
  return (columns + 3) / 4;
}

}  // namespace draws_part

at::Tensor device_bits(
    const DrawKey& key, const at::Tensor& item_R, int64_t blocks) {
  using namespace draws_part;
  constexpr int64_t kMultiply0 = 0xD2511F53, kMultiply1 = 0xCD9E8D57;
  constexpr int64_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
  const auto item_R1 = item_R.unsqueeze(1);
  const auto block_B = at::arange(blocks, item_R.options());
  const auto none_RB = at::zeros({item_R.size(0), blocks}, item_R.options());
  std::array<Tensor, 4> c = {
      none_RB + item_R1.bitwise_and(kMask),
      none_RB + item_R1.bitwise_right_shift(32).bitwise_and(kMask),
      none_RB + static_cast<int64_t>(key.step),
      none_RB + block_B};
  auto [k0, k1] = block_keys(key, blocks, item_R);
  for (int round = 0; round < 10; ++round) {
    const auto p0 = multiply(kMultiply0, c[0]);
    const auto p1 = multiply(kMultiply1, c[2]);
    c = {
        p1.high.bitwise_xor(c[1]).bitwise_xor(k0),
        p1.low,
        p0.high.bitwise_xor(c[3]).bitwise_xor(k1),
        p0.low};
    k0 = (k0 + kWeyl0).bitwise_and(kMask);
    k1 = (k1 + kWeyl1).bitwise_and(kMask);
  }
  return at::stack({c[0], c[1], c[2], c[3]}, 2);
}

at::Tensor uniform_draws(
    const DrawKey& key, const at::Tensor& item_R, int64_t columns) {
  using namespace draws_part;
  if (item_R.is_cpu()) {
    return on_host(key, item_R, columns, uniform_four);
  }
  const auto bits = device_bits(key, item_R, blocks_of(columns));
  return in_columns(
      bits.bitwise_right_shift(8).to(at::kFloat) * 0x1p-24, columns);
}

at::Tensor normal_draws(
    const DrawKey& key, const at::Tensor& item_R, int64_t columns) {
  using namespace draws_part;
  if (item_R.is_cpu()) {
    return on_host(key, item_R, columns, normal_four);
  }
  constexpr double kTurn = 2 * std::numbers::pi;
  const auto bits =
      device_bits(key, item_R, blocks_of(columns)).to(at::kDouble) * 0x1p-32;
  const auto pair = bits.unflatten(2, {2, 2});  // (u, v) twice
  const auto radius = ((1 - pair.select(3, 0)).log() * -2).sqrt();
  const auto angle = pair.select(3, 1) * kTurn;
  const auto both = at::stack({radius * angle.cos(), radius * angle.sin()}, 3);
  return in_columns(both.flatten(2), columns);
}

}  // namespace moestro
