// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "moestro/base/failure.h"

namespace moestro {

// Exit code 3, with `part` in the message.
inline void expect_data_failure(
    const std::function<void()>& work, const std::string& part) {
  try {
    work();
    FAIL() << "accepted; expected a failure with '" << part << "'";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit(), Exit::kData);
    EXPECT_NE(std::string(failure.what()).find(part), std::string::npos)
        << failure.what();
  }
}

}  // namespace moestro
