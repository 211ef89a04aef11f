// SPDX-License-Identifier: Apache-2.0
// Somebody's own text: a file of .txt or, where the first byte is 'j', .jsonl.
#include "moestro/text/own_text.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  return moestro::fuzz::answered([&] {
    const auto path = moestro::fuzz::written(
        moestro::fuzz::text_of(data + 1, size - 1),
        data[0] == 'j' ? ".jsonl" : ".txt");
    for (const auto& domain : moestro::read_own_text(path)) {
      (void)moestro::split_own_text(domain);
    }
  });
}
