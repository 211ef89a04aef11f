// SPDX-License-Identifier: Apache-2.0
// The tables of a run store, version 1. Explained in docs/run-store.md.
#pragma once

#include <cstdint>
#include <string>

#include "moestro/base/api.h"
#include "moestro/record/sqlite.h"

MOESTRO_API_BEGIN
namespace moestro::schema {

inline constexpr int64_t kApplication = 0x4D4F4553;  // "MOES"
inline constexpr int64_t kVersion = 1;

// Makes the tables in an empty file; otherwise the file must be a run store.
void create_or_check(sqlite::Database&, const std::string& path);
// DataError when the file is no run store or of a newer version.
void check(sqlite::Database&, const std::string& path);

}  // namespace moestro::schema
MOESTRO_API_END
