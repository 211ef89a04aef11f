// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/error.h"

#include <new>

#include "moestro/base/screen.h"

namespace moestro {

void fail_configuration(const std::string& message, std::string key) {
  throw ConfigurationError(on_a_screen(message), std::move(key));
}

void fail_data(const std::string& message, std::string file) {
  throw DataError(on_a_screen(message), std::move(file));
}

void fail_storage(const std::string& message, std::string file) {
  throw StorageError(on_a_screen(message), std::move(file));
}

bool is_out_of_memory(const std::exception& error) {
  const std::string_view text = error.what();
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
         dynamic_cast<const std::length_error*>(&error) != nullptr ||
         text.find("can't allocate memory") != std::string_view::npos ||
         text.find("not enough memory") != std::string_view::npos;
}

void require(bool holds, std::string_view message) {
  if (!holds) {
    throw ContractError(std::string(message));
  }
}

}  // namespace moestro
