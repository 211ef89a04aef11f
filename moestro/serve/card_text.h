// SPDX-License-Identifier: Apache-2.0
// What the terminal and the page say alike.
#pragma once

#include <string>

#include "moestro/base/api.h"
#include "moestro/diagnose/card.h"
#include "moestro/serve/ink.h"

MOESTRO_API_BEGIN
namespace moestro {

// "656 k parameters, 561 k active at 1.87 experts a token"
[[nodiscard]] std::string size_text(const Card& card);

[[nodiscard]] Ink ink_of(Health);

}  // namespace moestro
MOESTRO_API_END
