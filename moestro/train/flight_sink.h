// SPDX-License-Identifier: Apache-2.0
// The flight recorder: at every page the last steps are written down beside
// the run, RUN/flight/STEP-ALARM.json, for whoever looks into it later without
// the run. Steps of this session only: what was before is in the store.
#pragma once

#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/train/run_sink.h"

MOESTRO_API_BEGIN
namespace moestro {

class FlightSink final : public RunSink {
 public:
  // Stands before the watch among the sinks, and in its audience; `screen` is
  // told where a record lies, or why it does not.
  FlightSink(std::filesystem::path folder, RunSink& screen)
      : folder_(std::move(folder)), screen_(screen) {}

  void step(const StepView&) override;
  void event(
      int64_t step, std::string_view kind, std::string_view text) override;

 private:
  struct Told {
    int64_t step;
    std::string text;
  };

  void write(const Told& page);
  [[nodiscard]] std::string text_of(const Told& page) const;

  std::filesystem::path folder_;
  RunSink& screen_;
  std::deque<StepRecord> last_;
  std::vector<Told> alarms_;
};

}  // namespace moestro
MOESTRO_API_END
