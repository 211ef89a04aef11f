// SPDX-License-Identifier: Apache-2.0
// What a user set, and where: flat dotted keys out of TOML files and --set.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/descriptor.h"

MOESTRO_API_BEGIN
namespace moestro {

using SettingValue =
    std::variant<bool, int64_t, double, std::string, std::vector<std::string>>;

// Where a setting was written; line 0 = not from a file.
struct Origin {
  std::string file;
  int line = 0, column = 0;
  [[nodiscard]] std::string text() const;
};

struct Setting {
  std::string key;
  SettingValue value;
  Origin origin;
};

// In the order of the file. `[[a]] range = "0-2"` with key `b` becomes
// `a.0-2.b`. ConfigurationError with FILE:LINE:COLUMN when it is not TOML or
// holds a kind of value that no key takes.
[[nodiscard]] std::vector<Setting> parse_toml(
    std::string_view text, const std::string& file);
[[nodiscard]] std::vector<Setting> read_toml(const std::string& path);

// "key=value" as on a command line: what is not TOML is a bare string, "a,b" a
// string too; a table sets several keys.
[[nodiscard]] std::vector<Setting> parse_override(std::string_view text);
[[nodiscard]] std::vector<Setting> parse_overrides(
    std::span<const std::string> texts);

// ConfigurationError about a key that nobody has, with the nearest of `known`
// if one is near. `key` is the setting's, without the layers that it is for.
[[noreturn]] void fail_unknown_key(
    const Setting&, std::string_view key, std::span<const std::string> known);

// The value in the parameter's type (an integer where a real is asked is
// taken, a list becomes "a,b"), or a ConfigurationError that names origin, key,
// expected type or range. Strings live in `pool`.
class StringPool;
[[nodiscard]] Value typed(const Setting&, const Param&, StringPool& pool);

// Owns the strings that Values point to.
class StringPool {
 public:
  [[nodiscard]] std::string_view keep(std::string text);

 private:
  std::vector<std::unique_ptr<std::string>> kept_;
};

// One TOML line for a value: quoted, listed, shortest round trip.
[[nodiscard]] std::string toml_text(const Value&, Shape shape);
[[nodiscard]] std::string_view type_name(const Value&);

}  // namespace moestro
MOESTRO_API_END
