// SPDX-License-Identifier: Apache-2.0
// An unstable run, gone through step by step: from what would make every other
// number a lie to what is a matter of taste. The first question that is
// answered badly is the one to begin with; what comes after may follow from it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/diagnose/case.h"
#include "moestro/diagnose/verdict.h"

MOESTRO_API_BEGIN
namespace moestro {

enum class Answer : uint8_t { kFine, kTrouble, kUnknown };
// "fine", "trouble", "unknown"
[[nodiscard]] std::string_view name_of(Answer);

struct WalkStep {
  std::string_view question;
  Answer answer = Answer::kFine;
  std::vector<std::string> lines{};  // what was seen, or what is missing
};

[[nodiscard]] std::vector<WalkStep> walk(
    const Case&, const std::vector<Diagnosis>&);

}  // namespace moestro
MOESTRO_API_END
