// SPDX-License-Identifier: Apache-2.0
// Lines of traces; the first byte names the format. Rows that are accepted go
// into one step after another, as in an import.
#include "moestro/record/trace_row.h"
#include "tests/fuzz/fuzz.h"

namespace {

constexpr size_t kLongest = 1 << 16;

void take(moestro::StepAssembler& steps, std::string_view line, bool megatron) {
  (void)moestro::fuzz::answered([&] {
    const auto row =
        megatron ? moestro::megatron_row(line, 0) : moestro::counts_row(line);
    if (row) {
      steps.add(*row);
    }
    while (steps.finished()) {
    }
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > kLongest) {
    return 0;
  }
  const bool megatron = data[0] % 2 == 1;
  moestro::StepAssembler steps({}, megatron);
  auto text = moestro::fuzz::text_of(data + 1, size - 1);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    take(steps, text.substr(0, end), megatron);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  while (steps.oldest()) {
  }
  return 0;
}
