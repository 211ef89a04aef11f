// SPDX-License-Identifier: Apache-2.0
// The report card as one HTML file: nothing is loaded from anywhere, light and
// dark, a summary on top, each chart with a sentence that says how to read it.
#pragma once

#include <string>

#include "moestro/diagnose/card.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Examination;

[[nodiscard]] std::string html_report(
    const RunReader&, const Card&, const Examination&, const Registry&);

}  // namespace moestro
MOESTRO_API_END
