// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/instrument_faults.h"

#include <algorithm>
#include <cmath>

#include "moestro/base/text.h"

namespace moestro {
namespace {

constexpr int64_t kMostLayers = 1000;

bool is_of(const InstrumentFault& fault, int32_t layer) {
  if (fault.layers.empty()) {
    return true;
  }
  const auto layers = parse_range(fault.layers, kMostLayers);
  return layers && std::ranges::find(*layers, layer) != layers->end();
}

void scale(std::vector<int64_t>& counts, double factor) {
  for (auto& n : counts) {
    n = std::llround(factor * static_cast<double>(n));
  }
}

}  // namespace

void InstrumentFaults::apply(StepRecord& record) {
  bool lying = false;
  for (const auto& fault : faults_) {
    if (fault.when.holds(record.step)) {
      apply(fault, record);
      lying = true;
    }
  }
  for (const auto& layer : record.layers) {
    if (!lying) {
      last_[{layer.layer, layer.routing}] = layer;
    }
  }
}

void InstrumentFaults::apply(const InstrumentFault& fault, StepRecord& record) {
  if (fault.act == "silent") {
    std::erase_if(record.layers, [&](const LayerRecord& layer) {
      return is_of(fault, layer.layer);
    });
    return;
  }
  for (auto& layer : record.layers) {
    if (!is_of(fault, layer.layer)) {
      continue;
    }
    if (fault.act == "shift") {
      layer.layer += static_cast<int32_t>(fault.value);
    } else if (fault.act == "scale") {
      scale(layer.counts.demand, fault.value);
      scale(layer.counts.kept, fault.value);
    } else if (const auto found = last_.find({layer.layer, layer.routing});
               found != last_.end()) {
      layer = found->second;
    }
  }
}

}  // namespace moestro
