// SPDX-License-Identifier: Apache-2.0
// Nobody is dropped.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(admit_all, serves_everybody_whatever_the_capacity) {
  Batch batch(5, 4, 1);
  batch.knobs.capacity = 1;
  const auto r = route(matrix({{9, 0, 0, 0}}).expand({5, 4}), batch);
  EXPECT_EQ(ints(kept_E(r.pairs)), (Ints{5, 0, 0, 0}));
}

}  // namespace
}  // namespace moestro::test
