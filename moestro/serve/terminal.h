// SPDX-License-Identifier: Apache-2.0
// The report card for people in a terminal.
#pragma once

#include <string>

#include "moestro/diagnose/card.h"
#include "moestro/serve/ink.h"

MOESTRO_API_BEGIN
namespace moestro {

[[nodiscard]] std::string terminal_card(const Card& card, Style style);

}  // namespace moestro
MOESTRO_API_END
