// SPDX-License-Identifier: Apache-2.0
// The parts of the HTML report; each is a whole <section> or nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "moestro/diagnose/card.h"
#include "moestro/record/store.h"
#include "moestro/serve/picture.h"
#include "moestro/serve/track.h"

MOESTRO_API_BEGIN
namespace moestro::sections {

// Columns of a chart over time.
inline constexpr int64_t kColumns = 160;

struct Context {
  const RunReader& reader;
  const Card& card;
  std::vector<LayerTrack> tracks;  // of the layers that route; drawn metrics
};

[[nodiscard]] std::string wrap(
    std::string_view title,
    std::string_view how_to_read,
    std::string_view body);

[[nodiscard]] std::string summary(const Card& card);
// Alarms with pictures, and the causes that explain them.
[[nodiscard]] std::string health(const Examination&, const Painter&);
[[nodiscard]] std::string losses(const Context&);
[[nodiscard]] std::string metric_table(const Context&);
[[nodiscard]] std::string run_table(const Context&);
// One section for each title that descriptors give.
[[nodiscard]] std::string metric_charts(const Context&);
[[nodiscard]] std::string heat(const Context&);
[[nodiscard]] std::string sorted_loads(const Context&);
[[nodiscard]] std::string lift(const Context&);
[[nodiscard]] std::string time(const Context&);
[[nodiscard]] std::string config(const Context&);

}  // namespace moestro::sections
MOESTRO_API_END
