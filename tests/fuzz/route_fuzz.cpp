// SPDX-License-Identifier: Apache-2.0
// What `moestro route` is given, read and routed: JSON, or safetensors where
// the first byte is 's'.
#include "moestro/lab/registry.h"
#include "moestro/lab/route_once.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto kRegistry = moestro::registry();
  if (size == 0) {
    return 0;
  }
  return moestro::fuzz::answered([&] {
    const auto path = moestro::fuzz::written(
        moestro::fuzz::text_of(data + 1, size - 1),
        data[0] == 's' ? ".safetensors" : ".json");
    const auto input = moestro::read_route_input(path);
    (void)moestro::route_once(
        {.recipe = "deepseek-v3", .settings = {}, .losses = {}},
        input,
        kRegistry);
  });
}
