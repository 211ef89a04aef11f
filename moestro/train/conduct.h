// SPDX-License-Identifier: Apache-2.0
// The conductor's hand in our trainer: after each window it asks the deciding
// half (diagnose/conductor.h) and moves what an order names. Every suggestion
// and action is an entry of the journal.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/diagnose/conductor.h"
#include "moestro/train/alarm_sink.h"
#include "moestro/train/config.h"
#include "moestro/train/hand.h"
#include "moestro/train/run_folder.h"

MOESTRO_API_BEGIN
namespace moestro {

class Conduct final : public Hand {
 public:
  // `watch` follows the same run; `audience` is told in words what the journal
  // is told. All must outlive the hand.
  Conduct(
      const Registry&,
      const Config&,
      const RunFolder&,
      AlarmSink& watch,
      std::vector<RunSink*> audience = {});

  void begin(const SaveNow&) override;
  void before_step(TrainState&, const Note&) override;

 private:
  void recall(const TrainState&);
  void decide(TrainState&, const RunWindow&, const Note&);
  void follow(TrainState&, const Decision&, const Note&);
  void act(TrainState&, const Decision&, const Note&);
  void tell(const TrainState&, const Decision&, const Note&);
  [[nodiscard]] std::vector<int64_t> regular_checkpoints(int64_t step) const;
  // The order may rest on a checkpoint.
  [[nodiscard]] bool is_safe(const TrainState&, const Order&) const;

  ConductorOptions options_;
  Conductor conductor_;
  RunFolder folder_;
  int64_t every_;  // steps between checkpoints
  AlarmSink& watch_;
  std::vector<RunSink*> audience_;
  SaveNow save_;
  bool recalled_ = false;
  int64_t resumed_at_ = 0;
  std::set<std::string> told_;  // at that step, before it was interrupted
};

}  // namespace moestro
MOESTRO_API_END
