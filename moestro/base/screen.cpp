// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/screen.h"

#include <algorithm>

namespace moestro {
namespace {

bool within_character(std::string_view text, size_t at) {
  return at < text.size() &&
         (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

// Where a character begins, at most three bytes from `at` in steps of `step`;
// what is no UTF-8 may be cut anywhere.
size_t character_near(std::string_view text, size_t at, int step) {
  auto near = at;
  for (int i = 0; i < 3 && within_character(text, near); ++i) {
    near += static_cast<size_t>(step);
  }
  return within_character(text, near) ? at : near;
}

}  // namespace

std::string shortened(std::string_view text, size_t most) {
  constexpr std::string_view kGap = " ... ";
  if (text.size() <= most) {
    return std::string(text);
  }
  const auto room = std::max(most, kGap.size()) - kGap.size();
  const auto tail = room / 3;
  const auto end = character_near(text, room - tail, -1);
  const auto begin = character_near(text, text.size() - tail, 1);
  std::string shown(text.substr(0, end));
  return shown.append(kGap).append(text.substr(begin));
}

std::string on_a_screen(std::string_view message) {
  constexpr size_t kLine = 480, kScreen = 1900;
  if (message.size() <= kLine) {
    return std::string(message);
  }
  std::string shown;
  for (size_t at = 0; at < message.size();) {
    const auto end = std::min(message.find('\n', at), message.size());
    shown += shortened(message.substr(at, end - at), kLine);
    shown += end < message.size() ? "\n" : "";
    at = end + 1;
  }
  return shortened(shown, kScreen);
}

}  // namespace moestro
