// SPDX-License-Identifier: Apache-2.0
// Watches a run while it goes on, and tells the other sinks what it sees. A
// resumed run is shown its recorded steps first, so that it raises what an
// uninterrupted one does.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/diagnose/case.h"
#include "moestro/diagnose/watch.h"
#include "moestro/train/run_sink.h"

MOESTRO_API_BEGIN
namespace moestro {

class AlarmSink final : public RunSink {
 public:
  // `store`: of the run, begun before this sink; `audience` is told of every
  // alarm that opens. All must outlive the sink.
  AlarmSink(
      const Registry& registry,
      std::string store,
      std::vector<RunSink*> audience)
      : registry_(registry),
        store_(std::move(store)),
        audience_(std::move(audience)) {}

  void begin(const RunFacts&, int64_t step) override;
  void step(const StepView&) override;
  void event(
      int64_t step, std::string_view kind, std::string_view text) override;

  // What a doctor would have before him now.
  [[nodiscard]] const Case& record();
  // The newest full window; nothing before the first.
  [[nodiscard]] const std::optional<RunWindow>& window() const {
    return window_;
  }

  // An alarm opened that the run is not to survive (alarms.fail_on).
  [[nodiscard]] bool fatal() const { return fatal_; }

 private:
  void tell(const AlarmEntry&);

  const Registry& registry_;
  std::string store_;
  std::vector<RunSink*> audience_;
  StringPool pool_;
  WatchOptions options_;
  std::unique_ptr<Watch> watch_;
  Case record_;
  std::optional<RunWindow> window_;
  bool fatal_ = false;
};

}  // namespace moestro
MOESTRO_API_END
