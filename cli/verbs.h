// SPDX-License-Identifier: Apache-2.0
// The verbs of cli/verbs.def: their functions and what is said about them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/shell.h"
#include "moestro/base/registry.h"

namespace moestro {

#define MOESTRO_SECTION(title)
#define MOESTRO_CORE_VERB(name, usage, about) \
  [[nodiscard]] int name##_verb(Arguments, const Registry&);
#define MOESTRO_TORCH_VERB MOESTRO_CORE_VERB
#include "cli/verbs.def"
#undef MOESTRO_SECTION
#undef MOESTRO_CORE_VERB
#undef MOESTRO_TORCH_VERB

using VerbFunction = int (*)(Arguments, const Registry&);

// A line of the manifest; a section has a name only.
struct VerbLine {
  enum class Kind { kSection, kCore, kTorch };
  Kind kind;
  std::string_view name, usage, about;
};

[[nodiscard]] std::span<const VerbLine> verb_lines();

// Every verb there is, for suggestions.
[[nodiscard]] std::vector<std::string_view> all_verbs();

[[nodiscard]] Verb bound(std::string_view name, VerbFunction, const Registry&);

// The verbs that need no libtorch.
[[nodiscard]] std::vector<Verb> core_verbs(const Registry&);

// The text of `moestro --help`.
[[nodiscard]] std::string overview();

// `moestro env` where libtorch is not built in.
[[nodiscard]] int core_env_verb(Arguments, const Registry&);
[[nodiscard]] std::string core_environment();

}  // namespace moestro
