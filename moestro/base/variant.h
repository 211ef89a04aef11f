// SPDX-License-Identifier: Apache-2.0
// How a described part is made. Torch-free, because controllers, metrics,
// alarms and verdicts are registered in the same way as gates and selectors.
#pragma once

#include <memory>
#include <span>
#include <utility>

#include "moestro/base/api.h"
#include "moestro/base/descriptor.h"

MOESTRO_API_BEGIN
namespace moestro {

using Given = std::span<const std::pair<const Param*, Value>>;

// Kind::Site says where a part of this kind is put; Kind::kKind is its name.
template <class Kind>
struct Variant {
  Info info;
  std::unique_ptr<Kind> (*make)(Given, const typename Kind::Site&);
};

template <class Params>
Params params_of(Given given) {
  Params params;
  for (const auto& [param, value] : given) {
    param->store(&params, value);
  }
  return params;
}

template <class Kind, class Concrete, class Params>
std::unique_ptr<Kind> make_part(Given given, const typename Kind::Site& site) {
  return std::make_unique<Concrete>(params_of<Params>(given), site);
}

// For a part without parameters.
template <class Kind, class Concrete>
std::unique_ptr<Kind> make_plain(Given, const typename Kind::Site& site) {
  return std::make_unique<Concrete>(site);
}

// Every variant that the manifest of this kind lists, in its order.
template <class Kind>
std::span<const Variant<Kind>* const> variants();

}  // namespace moestro
MOESTRO_API_END
