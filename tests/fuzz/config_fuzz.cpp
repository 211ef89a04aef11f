// SPDX-License-Identifier: Apache-2.0
// TOML of any shape, resolved against the built-in parts.
#include "moestro/lab/registry.h"
#include "moestro/train/config.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto kRegistry = moestro::registry();
  return moestro::fuzz::answered([&] {
    const auto text = moestro::fuzz::text_of(data, size);
    const auto config =
        moestro::resolve(moestro::parse_toml(text, "fuzz.toml"), kRegistry);
    (void)config.toml(kRegistry);
  });
}
