// SPDX-License-Identifier: Apache-2.0
// An examination for people in a terminal.
#pragma once

#include <string>
#include <string_view>

#include "moestro/base/api.h"
#include "moestro/diagnose/doctor.h"
#include "moestro/serve/ink.h"
#include "moestro/serve/picture.h"

MOESTRO_API_BEGIN
namespace moestro {

struct DoctorView {
  Style style = Style::kPlain;
  bool explain = false;              // every verdict as a walk, step by step
  const Painter* painter = nullptr;  // draws a line under each alarm
};

[[nodiscard]] std::string doctor_text(
    const Examination&, std::string_view run, const DoctorView&);

// Two lines for a report card: how many alarms, and what explains them.
[[nodiscard]] std::string health_text(const Examination&, Style);

// "A05 warn  step 1,200  layer 3: ...": one line, also while a run goes on.
[[nodiscard]] std::string alarm_line(const AlarmEntry&, Style);

}  // namespace moestro
MOESTRO_API_END
