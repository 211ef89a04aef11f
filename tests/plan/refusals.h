// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "moestro/base/error.h"

namespace moestro {

// A DataError with `part` in the message.
inline void expect_data_failure(
    const std::function<void()>& work, const std::string& part) {
  try {
    work();
    FAIL() << "accepted; expected a failure with '" << part << "'";
  } catch (const DataError& failure) {
    EXPECT_NE(std::string(failure.what()).find(part), std::string::npos)
        << failure.what();
  }
}

}  // namespace moestro
