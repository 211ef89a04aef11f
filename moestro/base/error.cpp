// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/error.h"

namespace moestro {

void fail_configuration(const std::string& message, std::string key) {
  throw ConfigurationError(message, std::move(key));
}

void fail_data(const std::string& message, std::string file) {
  throw DataError(message, std::move(file));
}

void fail_storage(const std::string& message, std::string file) {
  throw StorageError(message, std::move(file));
}

void require(bool holds, std::string_view message) {
  if (!holds) {
    throw ContractError(std::string(message));
  }
}

}  // namespace moestro
