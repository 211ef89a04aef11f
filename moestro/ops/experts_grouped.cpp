// SPDX-License-Identifier: Apache-2.0
// Pairs arrive sorted by expert, so that each expert's rows are one slice:
// gather all rows once, one matrix product per expert and matrix into its
// slice, element-wise work over all rows at once, scatter once. Saved for
// backward: x and the pre-activation z; everything else is recomputed from
// them.
#include "moestro/ops/experts_grouped.h"

#include "moestro/ops/feed_forward.h"
#include "moestro/tensor/add_rows.h"

namespace moestro {
namespace {

using at::Tensor;

// Rows of each expert, read once from the device.
class Slices {
 public:
  explicit Slices(const Tensor& offset_E1)
      : offset_(offset_E1.to(at::kCPU, at::kLong).contiguous()),
        begin_(offset_.const_data_ptr<int64_t>()) {}

  [[nodiscard]] int64_t experts() const { return offset_.size(0) - 1; }
  [[nodiscard]] int64_t served() const { return begin_[experts()]; }
  [[nodiscard]] bool empty(int64_t e) const {
    return begin_[e] == begin_[e + 1];
  }
  [[nodiscard]] Tensor of(const Tensor& rows, int64_t e) const {
    return rows.narrow(0, begin_[e], begin_[e + 1] - begin_[e]);
  }

 private:
  Tensor offset_;
  const int64_t* begin_;
};

// out[rows of e] = in[rows of e] x matrix[e]^T.
void multiply_rows(
    Tensor& out, const Tensor& in, const Tensor& matrix, const Slices& slices) {
  for (int64_t e = 0; e < slices.experts(); ++e) {
    if (!slices.empty(e)) {
      auto target = slices.of(out, e);
      at::mm_out(target, slices.of(in, e), matrix[e].t());
    }
  }
}

// out[e] = a[rows of e]^T x b[rows of e]; experts without rows get 0.
Tensor outer_sums(
    const Tensor& a, const Tensor& b, const Tensor& like, const Slices& s) {
  auto out = at::empty_like(like);
  for (int64_t e = 0; e < s.experts(); ++e) {
    auto target = out[e];
    if (s.empty(e)) {
      target.zero_();
    } else {
      at::mm_out(target, s.of(a, e).t(), s.of(b, e));
    }
  }
  return out;
}

}  // namespace

ExpertsOut experts_grouped(
    const Tensor& x_TD,
    const Tensor& token_N,
    const Tensor& offset_E1,
    const Tensor& weight_N,
    const Tensor& up_EFD,
    const Tensor& down_EDF,
    c10::string_view activation) {
  const Slices slices(offset_E1);
  const auto n = slices.served();
  const auto token = token_N.narrow(0, 0, n);
  auto z_NF = x_TD.new_empty({token_N.size(0), up_EFD.size(1)});
  z_NF.narrow(0, n, token_N.size(0) - n).zero_();
  auto z = z_NF.narrow(0, 0, n);
  multiply_rows(z, x_TD.index_select(0, token), up_EFD, slices);
  const auto h = activate(z, activation_of(activation)).h;
  auto out = x_TD.new_empty({n, x_TD.size(1)});
  multiply_rows(out, h, down_EDF, slices);
  out.mul_(weight_N.narrow(0, 0, n).unsqueeze(1));
  const auto zero_TD = at::zeros_like(x_TD, at::MemoryFormat::Contiguous);
  return {add_rows(zero_TD, token, out), z_NF};
}

ExpertsGrads experts_grouped_backward(
    const Tensor& grad_TD,
    const Tensor& x_TD,
    const Tensor& z_NF,
    const Tensor& token_N,
    const Tensor& offset_E1,
    const Tensor& weight_N,
    const Tensor& up_EFD,
    const Tensor& down_EDF,
    c10::string_view activation) {
  const auto act = activation_of(activation);
  const Slices slices(offset_E1);
  const auto n = slices.served();
  const auto token = token_N.narrow(0, 0, n);
  const auto z = z_NF.narrow(0, 0, n);
  const auto weight = weight_N.narrow(0, 0, n).unsqueeze(1);
  const auto activated = activate(z, act);
  const auto& h = activated.h;
  const auto g = grad_TD.index_select(0, token);

  auto grad_h = at::empty_like(h);
  multiply_rows(grad_h, g, down_EDF.transpose(1, 2), slices);
  auto dweight_N = at::zeros_like(weight_N);
  dweight_N.narrow(0, 0, n).copy_((grad_h * h).sum(1));
  const auto ddown = outer_sums(g * weight, h, down_EDF, slices);

  const auto dz = activate_backward(grad_h.mul_(weight), z, activated, act);
  const auto x = x_TD.index_select(0, token);
  const auto dup = outer_sums(dz, x, up_EFD, slices);
  auto dx = at::empty_like(x);
  multiply_rows(dx, dz, up_EFD.transpose(1, 2), slices);
  const auto zero_TD = at::zeros_like(x_TD, at::MemoryFormat::Contiguous);
  return {add_rows(zero_TD, token, dx), dweight_N, dup, ddown};
}

}  // namespace moestro
