// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

TEST(A25, one_page_when_many_layers_are_in_trouble) {
  Watched run({.layers = 4, .phi = 2});
  run.run(1000);
  for (auto& layer : run.layers) {
    layer.favour(1, 3);
  }
  run.run(300);
  ASSERT_NE(run.first("A25"), nullptr);
  EXPECT_EQ(run.first("A25")->level, Level::kPage);
}

TEST(A25, one_layer_in_trouble_is_no_cascade) {
  Watched run({.layers = 4, .phi = 2});
  run.run(1000);
  run.layers[2].favour(1, 3);
  run.run(300);
  ASSERT_NE(run.first("A05"), nullptr);
  EXPECT_EQ(run.first("A25"), nullptr);
}

}  // namespace
}  // namespace moestro
