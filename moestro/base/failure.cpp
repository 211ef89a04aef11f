// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/failure.h"

namespace moestro {

void fail_usage(const std::string& message) {
  throw Failure(Exit::kUsage, message);
}

void fail_data(const std::string& message) {
  throw Failure(Exit::kData, message);
}

void fail_run(const std::string& message) {
  throw Failure(Exit::kFailure, message);
}

void require(bool holds, std::string_view message) {
  if (!holds) {
    throw ContractError(std::string(message));
  }
}

}  // namespace moestro
