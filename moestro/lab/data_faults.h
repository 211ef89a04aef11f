// SPDX-License-Identifier: Apache-2.0
// What a scenario does to the text that a step learns from.
#pragma once

#include <deque>
#include <span>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/lab/scenario.h"
#include "moestro/train/data/dataset.h"

MOESTRO_API_BEGIN
namespace moestro {

class DataFaults {
 public:
  DataFaults(std::span<const DataFault> faults, uint64_t seed)
      : faults_(faults), seed_(seed) {}

  // ConfigurationError for a domain that the data set does not have.
  void apply(int64_t step, const Dataset&, std::vector<Window>&);

 private:
  struct Moment {
    const DataFault& fault;
    int64_t step;
    const Dataset& data;
  };
  void apply(const Moment&, std::vector<Window>&);
  void mix(const Moment&, std::vector<Window>&);
  [[nodiscard]] Window of_domain(const Dataset&, int32_t domain);
  [[nodiscard]] bool picks(const Moment&, size_t window) const;
  // Bytes that live as long as the step.
  [[nodiscard]] std::span<uint8_t> own(std::span<const uint8_t> bytes);

  std::span<const DataFault> faults_;
  uint64_t seed_;
  uint64_t cursor_ = 0;  // in a sequence of windows of its own
  std::deque<std::vector<uint8_t>> made_;
  std::vector<uint8_t> template_;
};

}  // namespace moestro
MOESTRO_API_END
