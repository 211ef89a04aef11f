// SPDX-License-Identifier: Apache-2.0
#include "moestro/text/split.h"

#include <algorithm>
#include <utility>

namespace moestro {
namespace {

struct Hashed {
  uint64_t hash;
  std::string text;
  bool valid = false;
};

std::vector<Hashed> by_hash(std::vector<std::string> documents) {
  std::vector<Hashed> items;
  items.reserve(documents.size());
  for (auto& text : documents) {
    const auto hash = text_hash(text);
    items.push_back({hash, std::move(text)});
  }
  std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
    return a.hash < b.hash;
  });
  const auto last =
      std::unique(items.begin(), items.end(), [](const auto& a, const auto& b) {
        return a.hash == b.hash;
      });
  items.erase(last, items.end());
  return items;
}

// Marks what validates and returns how many bytes that is.
uint64_t mark(std::vector<Hashed>& items, const SplitRule& rule) {
  uint64_t total = 0;
  for (const auto& item : items) {
    total += item.text.size();
  }
  uint64_t marked = 0;
  for (auto& item : items) {
    const bool in_share = static_cast<double>(item.hash) < rule.share * 0x1p64;
    if ((in_share || marked < rule.least_bytes) &&
        marked + item.text.size() <= total / 2) {
      item.valid = true;
      marked += item.text.size();
    }
  }
  return marked;
}

// Not within a character of UTF-8.
size_t character_start(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() &&
         (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) {
    --at;
  }
  return at;
}

std::string cut_tail(std::vector<Hashed>& items, uint64_t wanted) {
  Hashed* longest = nullptr;
  for (auto& item : items) {
    if (!item.valid &&
        (longest == nullptr || item.text.size() > longest->text.size())) {
      longest = &item;
    }
  }
  if (longest == nullptr) {
    return {};
  }
  const auto size = longest->text.size();
  const auto taken = std::min<uint64_t>(wanted, size / 2);
  const auto at = character_start(longest->text, size - taken);
  auto tail = longest->text.substr(at);
  longest->text.resize(at);
  return tail;
}

}  // namespace

SplitDocuments split_documents(
    std::vector<std::string> documents, const SplitRule& rule) {
  auto items = by_hash(std::move(documents));
  const auto marked = mark(items, rule);
  SplitDocuments split;
  if (marked < rule.least_bytes) {
    const auto tail = cut_tail(items, rule.least_bytes - marked);
    if (!tail.empty()) {
      split.valid.append(tail);
    }
  }
  for (const auto& item : items) {
    (item.valid ? split.valid : split.train).append(item.text);
  }
  return split;
}

}  // namespace moestro
