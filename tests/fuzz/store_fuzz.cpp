// SPDX-License-Identifier: Apache-2.0
// A run store: the first byte says whether the rest is one tile or a whole
// file, of which every form of the report is made.
#include "moestro/base/json.h"
#include "moestro/diagnose/core_registry.h"
#include "moestro/diagnose/doctor.h"
#include "moestro/record/store.h"
#include "moestro/record/tile.h"
#include "moestro/serve/card_json.h"
#include "moestro/serve/html.h"
#include "moestro/serve/terminal.h"
#include "tests/fuzz/fuzz.h"

namespace {

void report(const std::string& path) {
  static const auto kRegistry = moestro::core_registry();
  const moestro::RunReader reader(path);
  const auto card = moestro::read_card(reader, path, kRegistry);
  (void)moestro::terminal_card(card, moestro::Style::kColour);
  const auto examination = moestro::examine(reader, kRegistry);
  (void)moestro::dump(moestro::to_json(card, examination));
  (void)moestro::html_report(reader, card, examination, kRegistry);
  for (const auto& name : reader.series()) {
    (void)reader.scalar(name);
  }
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
      report(moestro::fuzz::written(
          moestro::fuzz::text_of(data + 1, size - 1), ".db"));
    }
  });
}
