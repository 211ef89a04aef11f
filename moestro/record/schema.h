// SPDX-License-Identifier: Apache-2.0
// The tables of a run store, version 2. Explained in docs/run-store.md.
#pragma once

#include <cstdint>
#include <string>

#include "moestro/record/facts.h"
#include "moestro/record/sqlite.h"

MOESTRO_API_BEGIN
namespace moestro::schema {

inline constexpr int64_t kApplication = 0x4D4F4553;  // "MOES"
inline constexpr int64_t kVersion = 2;

// Makes the tables in an empty file; otherwise the file must be a run store,
// and one of an older version becomes one of this.
void create_or_check(sqlite::Database&, const std::string& path);
// DataError when the file is no run store or of a newer version.
void check(sqlite::Database&, const std::string& path);

[[nodiscard]] int64_t version(sqlite::Database&);
[[nodiscard]] FactTexts fact_texts(sqlite::Database&);

}  // namespace moestro::schema
MOESTRO_API_END
