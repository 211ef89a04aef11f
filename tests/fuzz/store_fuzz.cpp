// SPDX-License-Identifier: Apache-2.0
// A run store: the first byte says whether the rest is one tile or a whole
// file.
#include "moestro/record/store.h"
#include "moestro/record/tile.h"
#include "tests/fuzz/fuzz.h"

namespace {

void read_everything(const std::string& path) {
  const moestro::RunReader reader(path);
  const auto last = reader.last_step();
  for (const auto& name : reader.series()) {
    (void)reader.scalar(name);
  }
  for (const auto layer : reader.layers()) {
    (void)reader.layer_steps(layer, 1, last);
    (void)reader.heat(layer, 16);
  }
  (void)reader.events();
  (void)reader.clocks();
  (void)reader.phase_seconds();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  return moestro::fuzz::answered([&] {
    if (data[0] == 't') {
      (void)moestro::tiles::decode(
          std::as_bytes(std::span(data + 1, size - 1)), 1, "tile");
    } else {
      read_everything(moestro::fuzz::written(
          moestro::fuzz::text_of(data + 1, size - 1), ".db"));
    }
  });
}
