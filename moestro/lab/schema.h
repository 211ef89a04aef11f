// SPDX-License-Identifier: Apache-2.0
// The same descriptors in the forms that editors and people read.
#pragma once

#include <string>

#include "moestro/base/api.h"
#include "moestro/base/json.h"
#include "moestro/base/registry.h"

MOESTRO_API_BEGIN
namespace moestro {

// JSON Schema (2020-12) of a configuration file.
[[nodiscard]] Json config_schema(const Registry&);

// docs/methods.md: every part, recipe and key in Markdown.
[[nodiscard]] std::string methods_page(const Registry&);

}  // namespace moestro
MOESTRO_API_END
