// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/registry.h"

#include <gtest/gtest.h>

#include "moestro/base/error.h"

namespace moestro {
namespace {

struct Toy {
  static constexpr std::string_view kKind = "toy";
  struct Site {};
  virtual ~Toy() = default;
};

constexpr Variant<Toy> kAlpha{.info = {.name = "alpha-one"}, .make = nullptr};
constexpr Variant<Toy> kBad{.info = {.name = "Alpha_One"}, .make = nullptr};

TEST(Registry, finds_what_was_added) {
  Registry registry;
  registry.add(kAlpha);
  EXPECT_EQ(registry.find<Toy>("alpha-one"), &kAlpha);
  EXPECT_EQ(registry.find<Toy>("beta"), nullptr);
}

TEST(Registry, names_belong_to_their_kind) {
  Registry registry;
  registry.add(kAlpha);
  EXPECT_EQ(registry.lookup("other", "alpha-one"), nullptr);
  EXPECT_EQ(registry.names("toy").size(), 1);
}

TEST(Registry, refuses_a_taken_or_malformed_name) {
  Registry registry;
  registry.add(kAlpha);
  EXPECT_THROW(registry.add(kAlpha), ContractError);
  EXPECT_THROW(registry.add(kBad), ContractError);
}

TEST(Registry, an_unknown_name_is_the_users_and_gets_a_suggestion) {
  Registry registry;
  registry.add(kAlpha);
  try {
    (void)registry.at<Toy>("alpha-on");
    FAIL();
  } catch (const ConfigurationError& failure) {
    EXPECT_STREQ(
        failure.what(),
        "no toy is called 'alpha-on'; did you mean 'alpha-one'?");
  }
}

}  // namespace
}  // namespace moestro
