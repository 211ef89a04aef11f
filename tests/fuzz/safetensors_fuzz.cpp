// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/safetensors.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return moestro::fuzz::answered([&] {
    const auto file = moestro::parse_safetensors(
        std::as_bytes(std::span(data, size)), "fuzz.safetensors");
    size_t sum = 0;
    for (const auto& entry : file.entries) {
      for (const auto byte : file.bytes(entry)) {
        sum += static_cast<size_t>(byte);
      }
    }
    (void)sum;
  });
}
