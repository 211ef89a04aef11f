// SPDX-License-Identifier: Apache-2.0
// Work of others that may fail and must not take what is around it along.
#pragma once

#include <exception>
#include <new>
#include <optional>
#include <string>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// What the call threw, in words; nothing where it came to its end. Memory that
// is not to be had is no fault of the call's, and goes on to the caller.
template <class Call>
[[nodiscard]] std::optional<std::string> failure_of(Call&& call) {
  try {
    call();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& failure) {
    return failure.what();
  }
  return std::nullopt;
}

}  // namespace moestro
MOESTRO_API_END
