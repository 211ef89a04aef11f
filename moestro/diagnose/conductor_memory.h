// SPDX-License-Identifier: Apache-2.0
// What the conductor carries from one window to the next: with it in a
// checkpoint, a resumed run decides as an uninterrupted one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "moestro/base/api.h"
#include "moestro/diagnose/treatment.h"

MOESTRO_API_BEGIN
namespace moestro {

// An order that was carried out and is being tested.
struct Flight {
  Order order{};
  int64_t windows = 0;  // since it was carried out
  int64_t met = 0;      // in a row
  double loss = 0;      // of the task in the window before it
};

struct ConductorMemory {
  int64_t actions = 0;                     // carried out in the run
  int64_t rest_until = 0;                  // step
  int64_t cured = 0;                       // step of the last success
  std::map<std::string, int64_t> rungs{};  // next to try, by verdict
  std::set<std::string> said{};            // suggestions that were made
  std::optional<Flight> flight{};

  [[nodiscard]] bool empty() const;
};

// As JSON.
[[nodiscard]] std::string text_of(const ConductorMemory&);
// DataError where it is not such a text.
[[nodiscard]] ConductorMemory memory_of(std::string_view text);

}  // namespace moestro
MOESTRO_API_END
