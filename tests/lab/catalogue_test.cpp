// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/catalogue.h"

#include <set>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/diagnose/core_registry.h"
#include "moestro/lab/registry.h"

namespace moestro {
namespace {

TEST(Registry, full_one_holds_every_torch_free_part) {
  const auto full = registry();
  const auto core = core_registry();
  EXPECT_GT(core.entries().size(), 10);
  for (const auto& entry : core.entries()) {
    EXPECT_NE(full.lookup(entry.kind, entry.info->name), nullptr)
        << entry.info->name;
  }
}

TEST(Registry, full_one_holds_every_kind) {
  std::set<std::string> kinds;
  for (const auto& method : catalogue(registry(), "")) {
    kinds.insert(method.kind);
  }
  for (const auto* kind :
       {"gate",
        "perturb",
        "score",
        "select",
        "admit",
        "weigh",
        "exchange",
        "experts",
        "loss",
        "controller",
        "layer",
        "metric",
        "recipe",
        "section"}) {
    EXPECT_TRUE(kinds.contains(kind)) << kind;
  }
}

TEST(Catalogue, explains_the_one_that_is_named) {
  const auto found = catalogue(registry(), "sigmoid");
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].kind, "score");
  EXPECT_FALSE(found[0].summary.empty());
}

TEST(Catalogue, an_unknown_name_is_refused_with_a_suggestion) {
  const auto all = registry();
  try {
    (void)catalogue(all, "sigmoyd");
    FAIL();
  } catch (const ConfigurationError& error) {
    EXPECT_NE(std::string(error.what()).find("sigmoid"), std::string::npos);
  }
}

}  // namespace
}  // namespace moestro
