// SPDX-License-Identifier: Apache-2.0
// f over the whole step.
#include "moestro/balance/ledger.h"
#include "tests/balance/loss_fixture.h"
#include "tests/device/device.h"

namespace moestro::test {
namespace {

TEST(loss_global, takes_its_counts) {
  const auto scope = [](std::string_view name) {
    return make<Loss>("global", PartSite{}, {{"counts", name}})->scope();
  };
  EXPECT_EQ(scope("buffer"), Scope::kBuffer);
  EXPECT_EQ(scope("exact"), Scope::kExact);
}

// R18 (Qwen): 4 domains, each perfectly on its own 4 of 16 experts, k = 2.
TEST(loss_global, r18_lets_micro_batches_specialise) {
  Batch batch(16, 16);
  Ledger ledger;
  double micro = 0, global = 0;
  const auto pass = [&](int32_t domain) {
    batch.micro = domain;
    auto logits = only(16, 16, 4 * domain, 4);
    logits += numbers(16, 16, static_cast<uint64_t>(domain)) * 1e-6;
    const Tensor even = here(at::arange(16)).remainder(2).mul(2) + 4 * domain;
    logits.scatter_(1, even.unsqueeze(1), 1e-4);
    logits.scatter_(1, even.unsqueeze(1) + 1, 1e-4);
    auto r = route(logits, batch);
    ledger.enter(r, batch.context());
    return r;
  };
  for (int32_t domain = 0; domain < 4; ++domain) {
    pass(domain);
  }
  for (int32_t domain = 0; domain < 4; ++domain) {
    auto r = pass(domain);
    micro += 2 * loss_of("switch", r, batch).item<double>() / 4;
    r.sums = ledger.with_scope(r.sums, Scope::kExact, batch.context());
    global += 2 * loss_of("global", r, batch).item<double>() / 4;
  }
  EXPECT_NEAR(micro, 8.0, 1e-3);
  EXPECT_NEAR(global, 2.0, 1e-3);
}

TEST(loss_global, gradient_uses_the_counts_of_the_step) {
  Batch batch(6, 5);
  const auto x = numbers(6, 5).to(at::kDouble);
  const auto slope = gradient(
      [&](const Tensor& leaf) {
        auto r = route(leaf, batch);
        r.sums.demand_SE = here(at::tensor({30, 10, 0, 5, 5})).view({1, 5});
        return loss_of("global", r, batch);
      },
      x);
  const auto f = here(at::tensor({0.6, 0.2, 0.0, 0.1, 0.1}, at::kDouble));
  const auto want = through_softmax(x.softmax(1), f.expand({6, 5})) * 5 / 6;
  EXPECT_LT(distance(slope, want), 1e-14);
}

}  // namespace
}  // namespace moestro::test
