// SPDX-License-Identifier: Apache-2.0
// What `train` and `resume` share: the live view, the last line.
#pragma once

#include <optional>

#include "cli/signals.h"
#include "moestro/train/alarm_sink.h"
#include "moestro/train/conduct.h"
#include "moestro/train/flight_sink.h"
#include "moestro/train/trainer.h"

namespace moestro {

// Everybody who follows a run from the command line: the screen, the store, and
// the watch, which may end it.
class Followers {
 public:
  Followers(
      const Config&,
      const Registry&,
      const RunFolder&,
      bool accept_missing_metrics = false);

  Followers(const Followers&) = delete;
  Followers& operator=(const Followers&) = delete;

  [[nodiscard]] Company company();

 private:
  std::unique_ptr<RunSink> screen_;
  StoreSink store_;
  FlightSink flight_;
  AlarmSink alarms_;
  std::optional<Conduct> conductor_;  // nobody in mode "observe"
};

[[nodiscard]] int finish_training(const TrainResult&, const RunFolder&);

}  // namespace moestro
