// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/attempt.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace moestro {
namespace {

TEST(attempt, says_what_was_thrown) {
  EXPECT_EQ(failure_of([] { throw std::runtime_error("why"); }), "why");
  EXPECT_EQ(failure_of([] {}), std::nullopt);
}

TEST(attempt, a_lack_of_memory_goes_on) {
  EXPECT_THROW(
      static_cast<void>(failure_of([] { throw std::bad_alloc(); })),
      std::bad_alloc);
}

}  // namespace
}  // namespace moestro
