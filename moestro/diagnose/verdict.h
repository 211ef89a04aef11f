// SPDX-License-Identifier: Apache-2.0
// A cause that the doctor knows: what speaks for it, what against it, how to
// tell it from others, and what to do. Each looks at the whole case by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/variant.h"
#include "moestro/diagnose/case.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Diagnosis {
  std::string id, name;
  double confidence = 0;  // [0, 1]; below kLow it is low
  std::vector<int32_t> layers, experts;
  int64_t since_step = 0;
  std::vector<std::string> evidence_for, evidence_against;
  std::string test, action, success, rollback;
};

// What to do about a cause.
struct Advice {
  std::string_view test, action, success, rollback;
};

inline constexpr double kLowConfidence = 0.5;

// Evidence on the scale of log odds: each piece adds or takes what it is worth.
class Weighing {
 public:
  // `prior`: how likely the cause is before any evidence, in log odds.
  explicit Weighing(double prior) : odds_(prior) {}

  void pro(double worth, std::string text);
  void con(double worth, std::string text);
  [[nodiscard]] double confidence() const;
  [[nodiscard]] Diagnosis diagnosis(const Advice&) const;
  // With the layers and experts that the signs name, since the first of them.
  [[nodiscard]] Diagnosis diagnosis(
      const Advice&, const std::vector<const AlarmEntry*>& signs) const;

 private:
  double odds_;
  std::vector<std::string> for_, against_;
};

// "D03" of "d03-rich-get-richer", also of the treatment "d03-balance".
[[nodiscard]] std::string verdict_id(std::string_view name);

class Verdict {
 public:
  static constexpr std::string_view kKind = "verdict";
  struct Site {};

  virtual ~Verdict() = default;
  // Nothing where the pattern is absent altogether. Id and name are filled in
  // by the doctor.
  [[nodiscard]] virtual std::optional<Diagnosis> judge(const Case&) const = 0;
};

}  // namespace moestro
MOESTRO_API_END
