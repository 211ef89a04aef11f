// SPDX-License-Identifier: Apache-2.0
// What an alarm looks like: the numbers that show it, over the run, marked
// where it opened. Which numbers, the rule or the verdict says (Info::shows).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/diagnose/doctor.h"
#include "moestro/serve/svg.h"

MOESTRO_API_BEGIN
namespace moestro {

class Painter {
 public:
  // Both must outlive the painter.
  Painter(const RunReader&, const Registry&);

  // Nothing where what would show it was not recorded. At most `columns`
  // points a curve, each the mean of its stretch.
  [[nodiscard]] std::optional<svg::Plot> draw(
      const AlarmEntry&, int64_t columns) const;
  // The first signs of a cause; what shows the cause itself where no alarm
  // does.
  [[nodiscard]] std::vector<svg::Plot> draw(
      const Diagnosis&, const std::vector<AlarmEntry>&, int64_t columns) const;

 private:
  [[nodiscard]] std::optional<svg::Plot> plot(
      const AlarmEntry&, const Info& part, int64_t columns) const;
  [[nodiscard]] std::vector<svg::Curve> curves(
      const AlarmEntry&, std::string_view shown, int64_t columns) const;
  [[nodiscard]] std::vector<svg::Curve> loads(
      const AlarmEntry&, int64_t columns) const;
  [[nodiscard]] std::vector<svg::Curve> metric(
      const AlarmEntry&, std::string_view name, int64_t columns) const;
  [[nodiscard]] std::vector<svg::Curve> series(
      std::string_view name, int64_t columns) const;

  const RunReader& reader_;
  const Registry& registry_;
};

// Up to three of different rules, the first to open: what a cause looks like.
[[nodiscard]] std::vector<const AlarmEntry*> signs_of(
    const Diagnosis&, const std::vector<AlarmEntry>&);

// Plots beside each other as a file of their own, in light and dark.
[[nodiscard]] std::string svg_file(
    const std::string& title, const std::vector<svg::Plot>&);

}  // namespace moestro
MOESTRO_API_END
