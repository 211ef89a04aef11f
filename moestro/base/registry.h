// SPDX-License-Identifier: Apache-2.0
// The set of parts that a program knows: a value, handed down, never global.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/variant.h"

MOESTRO_API_BEGIN
namespace moestro {

class Registry {
 public:
  struct Entry {
    std::string_view kind;
    const Info* info;
    const void* variant;  // a Variant of that kind
  };

  // Throws ContractError when the name is taken or malformed.
  template <class Kind>
  void add(const Variant<Kind>& variant) {
    insert({Kind::kKind, &variant.info, &variant});
  }

  template <class Kind>
  void add_all() {
    for (const auto* variant : variants<Kind>()) {
      add(*variant);
    }
  }

  // nullptr when nobody registered the name.
  template <class Kind>
  [[nodiscard]] const Variant<Kind>* find(std::string_view name) const {
    const auto* entry = lookup(Kind::kKind, name);
    return entry == nullptr ? nullptr
                            : static_cast<const Variant<Kind>*>(entry->variant);
  }

  // The part of that name, or a ConfigurationError with a did-you-mean.
  template <class Kind>
  [[nodiscard]] const Variant<Kind>& at(std::string_view name) const {
    return *static_cast<const Variant<Kind>*>(
        expect(Kind::kKind, name).variant);
  }

  [[nodiscard]] const Entry* lookup(
      std::string_view kind, std::string_view name) const;
  [[nodiscard]] const Entry& expect(
      std::string_view kind, std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> names(
      std::string_view kind) const;
  [[nodiscard]] std::span<const Entry> entries() const { return entries_; }

 private:
  void insert(const Entry&);

  std::vector<Entry> entries_;
};

}  // namespace moestro
MOESTRO_API_END
