// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/lab/registry.h"
#include "moestro/layers/layer.h"
#include "moestro/train/config.h"
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(router_parts, strings_the_named_parts_together) {
  const Batch batch(4, 3);
  const auto logits_TE = numbers(4, 3);
  const auto site = site_of(batch);
  auto parts = parts_of({}, site);
  const auto router = make<Router>("parts", {site, parts, {}});
  const auto r = router->route(logits_TE, batch.context());
  EXPECT_TRUE(equal(r.weight_N, route(logits_TE, batch).weight_N));
}

// A kernel that knows one combination and says why not for others.
class Fused final : public Router {
 public:
  explicit Fused(const RouterSite& site) : inner_(std::move(site.parts)) {
    if (site.names.select != "top-k") {
      fail_configuration(
          "router 'fused' selects with top-k only; got moe.select=" +
              std::string(site.names.select),
          "moe.select");
    }
  }
  [[nodiscard]] Routing route(
      const Tensor& x_TD, const RouteContext& ctx) const override {
    return inner_.route(x_TD, ctx);
  }

 private:
  PartRouter inner_;
};

constexpr Variant<Router> kFused = {
    .info =
        {.name = "fused",
         .summary = "one kernel",
         .paper = "",
         .offers = {Trait::kCausal, Trait::kScores}},
    .make = make_plain<Router, Fused>};

TEST(router_parts, a_kernel_stands_in_by_name_and_says_why_where_not) {
  auto all = registry();
  all.add(kFused);
  const auto layer = [&all](const std::string& select) {
    const auto config = resolve(
        parse_overrides(std::vector<std::string>{
            "moe.recipe=topk", "moe.router=fused", "moe.select=" + select}),
        all);
    return make_layer(all, config.layers[0], {.model_dim = 8, .causal = false});
  };
  EXPECT_NO_THROW((void)layer("top-k"));
  try {
    (void)layer("group-limited");
    ADD_FAILURE() << "was accepted";
  } catch (const ConfigurationError& error) {
    EXPECT_EQ(error.subject(), "moe.select");
  }
}

}  // namespace
}  // namespace moestro::test
