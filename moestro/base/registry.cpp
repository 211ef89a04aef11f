// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/registry.h"

#include <algorithm>

#include "moestro/base/error.h"
#include "moestro/base/text.h"

namespace moestro {
namespace {

bool well_formed(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !name.empty() && std::ranges::all_of(name, allowed);
}

}  // namespace

void Registry::insert(const Entry& entry) {
  const std::string name(entry.info->name);
  require(
      well_formed(name),
      "[registry] names are lower-case with hyphens; got name=" + name);
  require(
      lookup(entry.kind, name) == nullptr,
      "[registry] a name is registered once; got name=" + name);
  entries_.push_back(entry);
}

const Registry::Entry* Registry::lookup(
    std::string_view kind, std::string_view name) const {
  for (const auto& entry : entries_) {
    if (entry.kind == kind && entry.info->name == name) {
      return &entry;
    }
  }
  return nullptr;
}

const Registry::Entry& Registry::expect(
    std::string_view kind, std::string_view name) const {
  const auto* entry = lookup(kind, name);
  if (entry == nullptr) {
    fail_configuration(
        "no " + std::string(kind) + " is called '" + std::string(name) + "'" +
        did_you_mean(name, names(kind)));
  }
  return *entry;
}

std::vector<std::string_view> Registry::names(std::string_view kind) const {
  std::vector<std::string_view> found;
  for (const auto& entry : entries_) {
    if (entry.kind == kind) {
      found.push_back(entry.info->name);
    }
  }
  return found;
}

}  // namespace moestro
