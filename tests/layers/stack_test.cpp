// SPDX-License-Identifier: Apache-2.0
// Several layers, several routings in a layer, and a device that holds no
// numbers.
#include "moestro/layers/stack.h"

#include <set>

#include <ATen/ops/randn.h>
#include <ATen/record_function.h>
#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/lab/registry.h"
#include "moestro/layers/balancer.h"
#include "moestro/layers/moe_config.h"
#include "moestro/layers/recipe.h"
#include "moestro/tensor/initial.h"
#include "tests/device/device.h"
#include "tests/device/pretended.h"

namespace moestro {
namespace {

// Two routers over one bank of experts, each with a bias and counts of its own.
class TwoPaths final : public Layer {
 public:
  explicit TwoPaths(const LayerSite& s)
      : one_(make_router(s.registry, s.spec, s.part)),
        two_(make_router(s.registry, s.spec, s.part)),
        experts_(make_from<Experts>(
            s.registry, s.spec, s.spec.moe.expert, s.part)) {}

  void tensors(const TensorVisitor& visit) override {
    one_->tensors(prefixed(visit, "one."));
    two_->tensors(prefixed(visit, "two."));
    experts_->tensors(prefixed(visit, "experts."));
  }
  void parts(const PartVisitor& visit) override {
    visit({}, *this);
    one_->parts(prefixed(visit, "one."));
    two_->parts([&visit](const PartPlace& place, Part& part) {
      visit({"two." + place.name, 1}, part);
    });
  }
  [[nodiscard]] std::vector<std::string> routings() const override {
    return {"one", "two"};
  }
  [[nodiscard]] LayerOutput forward(
      const Tensor& x_TD, const RouteContext& ctx) const override {
    LayerOutput out;
    out.routings.emplace_back("one", one_->route(x_TD, ctx.of(0)));
    out.routings.emplace_back("two", two_->route(-x_TD, ctx.of(1)));
    out.y_TD = at::zeros_like(x_TD);
    for (const auto& [name, r] : out.routings) {
      out.y_TD = out.y_TD + experts_->forward(x_TD, r.pairs, r.weight_N);
    }
    return out;
  }

 private:
  std::unique_ptr<Router> one_, two_;
  std::unique_ptr<Experts> experts_;
};

constexpr Variant<Layer> kTwoPaths = {
    .info =
        {.name = "two-paths",
         .summary = "two routings",
         .paper = "",
         .offers = {Trait::kCausal, Trait::kRoutes}},
    .make = make_plain<Layer, TwoPaths>};

MoeConfig config_of(
    const Registry& all, const std::vector<std::string>& keys, int64_t layers) {
  return resolve_moe(parse_overrides(keys), {.layers = layers}, all);
}

at::TensorOptions longs_here() {
  return at::TensorOptions(test::test_device()).dtype(at::kLong);
}

Tokens tokens_for(int64_t rows, const at::TensorOptions& longs) {
  return {
      .valid_T = at::ones({rows}, longs.dtype(at::kBool)),
      .sequence_T = at::zeros({rows}, longs),
      .serial_T = at::arange(rows, longs)};
}

void move_here(Stack& stack) {
  if (!test::test_device().is_cpu()) {
    move_tensors(stack, test::test_device());
  }
}

void settle(Balancer& balancer) {
  Transfer transfer;
  balancer.add_to(transfer);
  transfer.go();
  balancer.settle(transfer);
}

TEST(stack, several_routings_of_a_layer_have_counts_and_bias_of_their_own) {
  auto all = registry();
  all.add(kTwoPaths);
  const auto config = config_of(
      all,
      {"moe.recipe=topk",
       "moe.layer=two-paths",
       "moe.experts=4",
       "moe.hidden=6",
       "moe.losses=[\"switch\"]",
       "moe.controllers=[\"sign-bias\"]",
       "moe.controller.sign-bias.rate=0.5"},
      1);
  const StackSite site{.model_dim = 8};
  Stack stack(all, config.layers, site);
  move_here(stack);
  Balancer balancer(all, stack, site, 10);
  const auto tokens = tokens_for(64, longs_here());
  const auto x_TD =
      test::here(initial_normal({64, 8}, 1, {.seed = 1, .name = "x"})) + 1;
  (void)stack.forward(
      0, x_TD, {.at = {.step = 1}, .tokens = tokens, .tap = balancer.tap()});
  EXPECT_GT(balancer.loss().item<double>(), 0);
  settle(balancer);
  const auto one = balancer.ledger().totals(0, "one").counts;
  const auto two = balancer.ledger().totals(0, "two").counts;
  EXPECT_EQ(one.tokens, 64);
  EXPECT_EQ(two.tokens, 64);
  EXPECT_NE(one.demand, two.demand);
  ASSERT_EQ(balancer.losses().size(), 2U);
  EXPECT_EQ(balancer.losses()[1].routing, "two");
  balancer.end_step(1);
  EXPECT_NE(stack.routings(0)[0].knobs.bias, stack.routings(0)[1].knobs.bias);
}

// Operators that make the host wait for a value.
class HostReads {
 public:
  HostReads()
      : handle_(at::addThreadLocalCallback(
            at::RecordFunctionCallback(&HostReads::seen)
                .scopes({at::RecordScope::FUNCTION}))) {
    found().clear();
  }
  ~HostReads() { at::removeCallback(handle_); }
  static std::set<std::string>& found() {
    static thread_local std::set<std::string> names;
    return names;
  }

 private:
  static std::unique_ptr<at::ObserverContext> seen(
      const at::RecordFunction& f) {
    static const std::set<std::string> kReads = {
        "aten::item",
        "aten::_local_scalar_dense",
        "aten::is_nonzero",
        "aten::nonzero",
        "aten::equal",
        "aten::masked_select",
        "aten::_unique",
        "aten::_unique2",
        "aten::bincount",
        "aten::repeat_interleave"};
    if (kReads.contains(f.name())) {
      found().insert(f.name());
    }
    return nullptr;
  }
  at::CallbackHandle handle_;
};

TEST(stack, a_training_pass_reads_no_value_back) {
  const auto all = registry();
  for (const auto& recipe : recipes()) {
    const auto config = config_of(
        all,
        {"moe.recipe=" + recipe.name,
         "moe.allow_future_leak=true",
         "moe.experts=4",
         "moe.hidden=6"},
        2);
    const StackSite site{.model_dim = 8, .causal = false};
    Stack stack(all, config.layers, site);
    move_here(stack);
    Balancer balancer(all, stack, site, 10);
    const auto tokens = tokens_for(16, longs_here());
    const Pass pass{.tokens = tokens, .tap = balancer.tap()};
    auto x_TD = test::here(at::randn({16, 8}));
    const HostReads watch;
    for (size_t l = 0; l < stack.size(); ++l) {
      x_TD = x_TD + stack.forward(l, x_TD, pass).y_TD;
    }
    (x_TD.sum() + balancer.loss()).backward();
    EXPECT_EQ(HostReads::found(), std::set<std::string>{}) << recipe.name;
  }
}

// The grouped experts ask for the rows of each expert, once a direction.
TEST(stack, a_training_pass_on_a_device_waits_twice_a_layer) {
  if (!test::pretends()) {
    GTEST_SKIP() << "only a pretended device counts";
  }
  const auto all = registry();
  const auto config = config_of(
      all, {"moe.recipe=deepseek-v3", "moe.experts=4", "moe.hidden=6"}, 2);
  const StackSite site{.model_dim = 8};
  Stack stack(all, config.layers, site);
  move_here(stack);
  Balancer balancer(all, stack, site, 10);
  const auto tokens = tokens_for(16, longs_here());
  const Pass pass{.tokens = tokens, .tap = balancer.tap()};
  auto x_TD = test::here(at::randn({16, 8}));
  const auto before = test::pretended_reads();
  for (size_t l = 0; l < stack.size(); ++l) {
    x_TD = x_TD + stack.forward(l, x_TD, pass).y_TD;
  }
  (x_TD.sum() + balancer.loss()).backward();
  EXPECT_EQ(test::pretended_reads() - before, 4);
}

TEST(stack, the_watch_for_reads_sees_one) {
  const HostReads watch;
  (void)test::here(at::ones({})).item<double>();
  EXPECT_FALSE(HostReads::found().empty());
}

TEST(stack, what_a_part_needs_and_nobody_provides_is_refused_with_the_reason) {
  const auto all = registry();
  for (const auto& [key, need] :
       {std::pair{"moe.gate=hash", "token_ids"},
        std::pair{"moe.select=replay", "replay"}}) {
    const auto config = config_of(all, {"moe.recipe=topk", key}, 1);
    try {
      const Stack stack(all, config.layers, {.model_dim = 8});
      ADD_FAILURE() << key << " was accepted";
    } catch (const ConfigurationError& error) {
      EXPECT_NE(std::string(error.what()).find(need), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace moestro
