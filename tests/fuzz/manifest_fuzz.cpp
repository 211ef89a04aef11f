// SPDX-License-Identifier: Apache-2.0
// manifest.json of a corpus.
#include "moestro/text/manifest.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return moestro::fuzz::answered([&] {
    const auto folder = moestro::fuzz::written({}, ".corpus") + ".folder";
    std::filesystem::create_directories(folder);
    std::ofstream(folder + "/manifest.json", std::ios::binary)
        << moestro::fuzz::text_of(data, size);
    (void)moestro::read_manifest(folder);
    (void)moestro::describe_corpus(folder);
  });
}
