// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/replay.h"

#include <algorithm>
#include <map>

namespace moestro {
namespace {

// Steps that are held at once.
constexpr int64_t kBlock = 1024;

class Player {
 public:
  explicit Player(const RunReader& reader) : reader_(reader) {
    for (const auto layer : reader.layers()) {
      for (const auto& routing : reader.routings(layer)) {
        layers_.emplace_back(layer, routing);
      }
    }
    for (const auto& name : reader.series()) {
      const bool of_run =
          !name.starts_with("layer/") && !name.starts_with("valid/");
      if (of_run) {
        scalars_.emplace_back(name, reader.scalar(name));
      }
    }
    at_.resize(scalars_.size());
    for (const auto& event : reader.events()) {
      if (event.kind == kDeclared) {
        declared_.push_back(event.step);
      }
    }
    std::ranges::sort(declared_);
  }

  // `show` is given each step, and whether something was declared before it.
  void play(
      int64_t first,
      int64_t last,
      const std::function<void(const StepRecord&, bool)>& show) {
    auto next = reader_.next_step(first);
    while (next && *next <= last) {
      const auto end = std::min(last, *next + kBlock - 1);
      for (const auto& [step, record] : read(*next, end)) {
        show(record, is_declared(step));
      }
      next = reader_.next_step(end + 1);
    }
  }

 private:
  using Steps = std::map<int64_t, StepRecord>;

  void add_layer(
      Steps& steps, const LayerKey& key, int64_t first, int64_t last) {
    for (auto& [step, r] :
         reader_.layer_steps(key.first, first, last, key.second)) {
      const auto at = steps.find(step);
      if (at != steps.end()) {
        at->second.layers.push_back(std::move(r));
      }
    }
  }

  Steps read(int64_t first, int64_t last) {
    Steps steps;
    for (auto step = reader_.next_step(first); step && *step <= last;
         step = reader_.next_step(*step + 1)) {
      steps[*step].step = *step;
    }
    for (size_t s = 0; s < scalars_.size(); ++s) {
      add_scalar(steps, s, last);
    }
    for (const auto& key : layers_) {
      add_layer(steps, key, first, last);
    }
    for (auto& [step, record] : steps) {
      record.skipped =
          record.layers.empty() && !layers_.empty() && !record.scalars.empty();
    }
    return steps;
  }

  void add_scalar(Steps& steps, size_t s, int64_t last) {
    const auto& [name, points] = scalars_[s];
    for (auto& i = at_[s]; i < points.size() && points[i].step <= last; ++i) {
      const auto at = steps.find(points[i].step);
      if (at != steps.end()) {
        at->second.scalars.emplace_back(name, points[i].value);
      }
    }
  }

  bool is_declared(int64_t step) {
    bool any = false;
    while (next_declared_ < declared_.size() &&
           declared_[next_declared_] < step) {
      any = true;
      ++next_declared_;
    }
    return any;
  }

  const RunReader& reader_;
  std::vector<LayerKey> layers_;
  std::vector<std::pair<std::string, std::vector<RunReader::Point>>> scalars_;
  std::vector<size_t> at_;
  std::vector<int64_t> declared_;
  size_t next_declared_ = 0;
};

}  // namespace

void replay(
    const RunReader& reader,
    int64_t last,
    Watch& watch,
    const std::function<void(const StepRecord&)>& seen) {
  Player(reader).play(1, last, [&](const StepRecord& record, bool declared) {
    if (declared) {
      watch.rearm();
    }
    watch.step(record);
    if (seen) {
      seen(record);
    }
  });
}

std::vector<StepRecord> recorded_steps(
    const RunReader& reader, int64_t first, int64_t last) {
  std::vector<StepRecord> steps;
  Player(reader).play(first, last, [&steps](const StepRecord& record, bool) {
    steps.push_back(record);
  });
  return steps;
}

}  // namespace moestro
