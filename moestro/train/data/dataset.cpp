// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/data/dataset.h"

#include <algorithm>
#include <utility>

#include "moestro/base/error.h"
#include "moestro/base/permutation.h"
#include "moestro/text/manifest.h"

namespace moestro {
namespace {

constexpr uint32_t kOrderStream = 0x64617461;

[[noreturn]] void fail_small(
    const DatasetDomain& domain, std::string_view split, int64_t context) {
  fail_data(
      "domain '" + domain.name + "' has no " + std::string(split) +
      " document of " + std::to_string(context + 1) +
      " bytes; give longer texts, or lower model.context");
}

}  // namespace

void Dataset::Index::add(
    int32_t domain, const Documents& docs, int64_t context) {
  for (size_t i = 0; i < docs.size(); ++i) {
    const auto doc = docs[i];
    if (static_cast<int64_t>(doc.size()) > context) {
      stretches.push_back({count, domain, doc.data()});
      count += (doc.size() - 1) / static_cast<uint64_t>(context);
    }
  }
}

Dataset::Dataset(std::vector<DatasetDomain> domains, int64_t context)
    : domains_(std::move(domains)), context_(context) {
  require(context > 0, "[dataset] context must be positive");
  for (size_t d = 0; d < domains_.size(); ++d) {
    const auto number = static_cast<int32_t>(d);
    const auto before = train_.count;
    train_.add(number, domains_[d].train, context);
    valid_.emplace_back().add(number, domains_[d].valid, context);
    if (train_.count == before) {
      fail_small(domains_[d], "training", context);
    }
    if (valid_.back().count == 0) {
      fail_small(domains_[d], "validation", context);
    }
  }
}

std::vector<std::string> Dataset::domain_names() const {
  std::vector<std::string> names;
  for (const auto& domain : domains_) {
    names.push_back(domain.name);
  }
  return names;
}

Window Dataset::at(const Index& index, uint64_t number) const {
  const auto after = std::upper_bound(
      index.stretches.begin(),
      index.stretches.end(),
      number,
      [](uint64_t n, const Stretch& s) { return n < s.first_window; });
  const auto& stretch = *std::prev(after);
  const auto step = static_cast<uint64_t>(context_);
  return {
      stretch.domain,
      {stretch.begin + (number - stretch.first_window) * step,
       static_cast<size_t>(context_ + 1)}};
}

Window Dataset::train(uint64_t seed, uint64_t cursor) const {
  const auto epoch = static_cast<uint32_t>(cursor / train_.count);
  const Permutation order(train_.count, {seed, kOrderStream, epoch});
  return at(train_, order(cursor % train_.count));
}

std::vector<Window> Dataset::valid(int64_t windows_per_domain) const {
  auto count = static_cast<uint64_t>(std::max<int64_t>(windows_per_domain, 1));
  for (const auto& index : valid_) {
    count = std::min(count, index.count);
  }
  std::vector<Window> windows;
  for (const auto& index : valid_) {
    for (uint64_t i = 0; i < count; ++i) {
      windows.push_back(at(index, i * index.count / count));
    }
  }
  return windows;
}

Dataset open_dataset(const std::filesystem::path& path, int64_t context) {
  std::vector<DatasetDomain> domains;
  (void)read_corpus(path, [&](const DomainStats& stats, SplitDocuments split) {
    domains.push_back(
        {stats.name, std::move(split.train), std::move(split.valid)});
  });
  return {std::move(domains), context};
}

std::vector<Window> windows_of(
    std::span<const uint8_t> bytes, int64_t context) {
  const auto step = static_cast<size_t>(context);
  std::vector<Window> windows;
  for (size_t begin = 0; begin + 1 < bytes.size(); begin += step) {
    windows.push_back(
        {0, bytes.subspan(begin, std::min(step + 1, bytes.size() - begin))});
  }
  return windows;
}

}  // namespace moestro
