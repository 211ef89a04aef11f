// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/data_faults.h"

#include <algorithm>

#include "moestro/base/error.h"
#include "moestro/base/philox.h"
#include "moestro/base/text.h"

namespace moestro {
namespace {

// Windows of another order than those of the run.
constexpr uint64_t kOtherOrder = 0x5CE7A210;

int32_t domain_called(const DataFault& fault, const Dataset& data) {
  const auto names = data.domain_names();
  const auto found = std::ranges::find(names, fault.domain);
  if (found == names.end()) {
    fail_configuration(
        "data." + std::string(fault.name) +
        ".domain: the text has no domain '" + std::string(fault.domain) +
        "'; there are " + join(names));
  }
  return static_cast<int32_t>(found - names.begin());
}

void repeat(std::span<uint8_t> bytes, int64_t period) {
  for (size_t i = static_cast<size_t>(period); i < bytes.size(); ++i) {
    bytes[i] = bytes[i - static_cast<size_t>(period)];
  }
}

// Every `copies` neighbours become the first of them.
void cluster(std::vector<Window>& windows, int64_t copies) {
  const auto c = static_cast<size_t>(copies);
  for (size_t i = 0; i < windows.size(); ++i) {
    windows[i] = windows[i / c * c];
  }
}

}  // namespace

void DataFaults::apply(
    int64_t step, const Dataset& data, std::vector<Window>& windows) {
  made_.clear();
  for (const auto& fault : faults_) {
    if (fault.when.holds(step)) {
      apply({fault, step, data}, windows);
    }
  }
}

bool DataFaults::picks(const Moment& m, size_t window) const {
  const auto word = draw(
      {seed_, stream_of(m.fault.name), static_cast<uint32_t>(m.step)}, window);
  return to_unit(word[0]) < m.fault.share;
}

std::span<uint8_t> DataFaults::own(std::span<const uint8_t> bytes) {
  return made_.emplace_back(bytes.begin(), bytes.end());
}

Window DataFaults::of_domain(const Dataset& data, int32_t domain) {
  auto window = data.train(seed_ ^ kOtherOrder, cursor_++);
  while (window.domain != domain) {
    window = data.train(seed_ ^ kOtherOrder, cursor_++);
  }
  return window;
}

void DataFaults::mix(const Moment& m, std::vector<Window>& windows) {
  const auto& [fault, step, data] = m;
  const auto domains = std::ssize(data.domains());
  const auto domain = fault.act == "blocks"
                          ? static_cast<int32_t>(step / fault.length % domains)
                          : domain_called(fault, data);
  for (size_t i = 0; i < windows.size(); ++i) {
    if (picks(m, i)) {
      windows[i] = of_domain(data, domain);
    }
  }
}

void DataFaults::apply(const Moment& m, std::vector<Window>& windows) {
  const auto& fault = m.fault;
  if (fault.act == "mixture" || fault.act == "blocks") {
    mix(m, windows);
    return;
  }
  if (fault.act == "sort") {
    std::ranges::stable_sort(windows, {}, &Window::domain);
    return;
  }
  if (fault.act == "cluster") {
    cluster(windows, fault.length);
    return;
  }
  if (template_.empty()) {
    const auto& first = windows.front().bytes;
    template_.assign(first.begin(), first.end());
  }
  for (size_t i = 0; i < windows.size(); ++i) {
    const auto bytes = own(windows[i].bytes);
    if (fault.act == "pad") {
      const auto kept = static_cast<std::ptrdiff_t>(
          std::llround((1 - fault.share) * static_cast<double>(bytes.size())));
      std::fill(bytes.begin() + kept, bytes.end(), uint8_t{0});
    } else if (picks(m, i) && fault.act == "repeat") {
      repeat(bytes, fault.length);
    } else if (picks(m, i)) {
      std::ranges::copy(template_, bytes.begin());
    }
    windows[i].bytes = bytes;
  }
}

}  // namespace moestro
