// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace moestro::test
