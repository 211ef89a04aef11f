// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/settings.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>

#include "moestro/base/error.h"
#include "moestro/base/file.h"
#include "moestro/base/text.h"
#include "moestro/base/toml.h"
#include "moestro/base/toml_scan.h"

namespace moestro {
namespace {

// Far beyond what any configuration needs, near enough for a hostile one to
// cost little.
constexpr size_t kDeepest = 64;
constexpr size_t kLongestKey = 1024;
constexpr size_t kMostKeyBytes = size_t{64} << 20;  // of all keys, written out
constexpr size_t kLargestFile = size_t{16} << 20;

Origin origin_of(const toml::source_region& region, const std::string& file) {
  return {
      file,
      static_cast<int>(region.begin.line),
      static_cast<int>(region.begin.column)};
}

std::vector<std::string> strings_of(
    const toml::array& array, const std::string& key, const Origin& origin) {
  std::vector<std::string> items;
  for (const auto& item : array) {
    const auto text = item.value<std::string>();
    if (!item.is_string() || !text) {
      fail_configuration(origin.text() + ": a list holds strings only: " + key);
    }
    items.push_back(*text);
  }
  return items;
}

SettingValue value_of(
    const toml::node& node, const std::string& key, const Origin& origin) {
  if (const auto* v = node.as_boolean()) {
    return v->get();
  }
  if (const auto* v = node.as_integer()) {
    return v->get();
  }
  if (const auto* v = node.as_floating_point()) {
    return v->get();
  }
  if (const auto* v = node.as_string()) {
    return v->get();
  }
  if (const auto* v = node.as_array()) {
    return strings_of(*v, key, origin);
  }
  fail_configuration(origin.text() + ": no key takes such a value: " + key);
}

void check_key(const std::string& key, const Origin& origin) {
  if (key.size() > kLongestKey) {
    fail_configuration(
        origin.text() + ": a key of " + std::to_string(key.size()) +
            " bytes; none is longer than " + std::to_string(kLongestKey),
        key);
  }
}

struct Flattener {
  const std::string& file;
  std::vector<Setting> settings;
  size_t key_bytes = 0;

  void table(const toml::table& t, const std::string& prefix) {
    for (const auto& [name, node] : t) {
      const auto key = prefix + std::string(name.str());
      const auto origin = origin_of(name.source(), file);
      count(key, origin);
      if (const auto* inner = node.as_table()) {
        table(*inner, key + ".");
      } else if (node.is_array_of_tables()) {
        ranges(*node.as_array(), key);
      } else {
        settings.push_back({key, value_of(node, key, origin), origin});
      }
    }
  }

  // A long header repeats in every key below it.
  void count(const std::string& key, const Origin& origin) {
    check_key(key, origin);
    key_bytes += key.size();
    if (key_bytes > kMostKeyBytes) {
      fail_configuration(origin.text() + ": more than 64 MiB of keys");
    }
  }

  void ranges(const toml::array& tables, const std::string& key) {
    for (const auto& entry : tables) {
      auto inner = *entry.as_table();
      const auto origin = origin_of(entry.source(), file);
      const auto range = inner["range"].value<std::string>();
      if (!range) {
        fail_configuration(
            origin.text() + ": [[" + key +
            "]] needs range = \"0-2\", a string");
      }
      inner.erase("range");
      if (inner.empty()) {
        fail_configuration(
            origin.text() + ": [[" + key + "]] with range = \"" + *range +
                "\" sets no key",
            key);
      }
      table(inner, key + "." + *range + ".");
    }
  }
};

std::vector<Setting> entries_of(
    const toml::table& table, const std::string& key, const Origin& origin) {
  Flattener flat{.file = origin.file};
  flat.table(table, key + ".");
  for (auto& setting : flat.settings) {
    setting.origin = origin;
  }
  return std::move(flat.settings);
}

void sort_by_place(std::vector<Setting>& settings) {
  const auto before = [](const Setting& a, const Setting& b) {
    return std::pair(a.origin.line, a.origin.column) <
           std::pair(b.origin.line, b.origin.column);
  };
  std::ranges::sort(settings, before);
}

[[noreturn]] void fail_type(const Setting& s, const Param& param) {
  const auto wanted = param.shape == Shape::kList
                          ? std::string("a list of names")
                          : std::string(type_name(param.preset));
  fail_configuration(s.origin.text() + ": '" + s.key + "' takes " + wanted);
}

double number_of(const Value& value) {
  return std::holds_alternative<int64_t>(value)
             ? static_cast<double>(std::get<int64_t>(value))
             : std::get<double>(value);
}

void check_range(const Setting& s, const Param& param, const Value& value) {
  if (!std::holds_alternative<int64_t>(value) &&
      !std::holds_alternative<double>(value)) {
    return;
  }
  const auto number = number_of(value);
  if (number >= param.range.low && number <= param.range.high) {
    return;
  }
  const auto shown = [&](double v) {
    const bool whole = std::holds_alternative<int64_t>(value);
    return whole && std::abs(v) < 0x1p53 ? fixed(v, 0) : shortest(v);
  };
  fail_configuration(
      s.origin.text() + ": '" + s.key + "' must lie in [" +
      shown(param.range.low) + ", " + shown(param.range.high) + "]; got " +
      shown(number));
}

void check_choice(
    const Setting& s, const Param& param, const std::string& text) {
  const auto choices = split(param.choices);
  if (!choices.empty() && std::ranges::find(choices, text) == choices.end()) {
    fail_configuration(
        s.origin.text() + ": '" + s.key + "' is one of " + join(choices) +
            "; got '" + text + "'" + did_you_mean(text, choices),
        s.key);
  }
}

std::string quoted(std::string_view text) {
  std::ostringstream out;
  out << toml::value<std::string>(std::string(text));
  return out.str();
}

Origin place_of(size_t at, std::string_view text, const std::string& file) {
  const auto before = text.substr(0, at);
  const auto line_begin = before.rfind('\n') + 1;  // 0 in the first line
  return {
      file,
      static_cast<int>(std::ranges::count(before, '\n')) + 1,
      static_cast<int>(before.size() - line_begin) + 1};
}

// What the parser cannot be trusted with.
void check_text(std::string_view text, const std::string& file) {
  if (text.size() > kLargestFile) {
    fail_configuration(
        file + " has " + std::to_string(text.size()) +
            " bytes; a configuration has 16 MiB at most",
        file);
  }
  if (const auto at = stray_letter(text)) {
    fail_configuration(
        place_of(*at, text, file).text() +
        ": a letter beyond ASCII stands outside of quotes");
  }
  if (const auto at = too_deep(text, kDeepest)) {
    fail_configuration(
        place_of(*at, text, file).text() + ": more than " +
        std::to_string(kDeepest) + " levels of tables and lists");
  }
}

// Some editors begin a file with it.
std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.substr(text.starts_with(kMark) ? kMark.size() : 0);
}

// Nothing where the text goes on behind the value.
std::optional<std::vector<Setting>> parse_value(
    const std::string& raw, const std::string& key, const Origin& origin) {
  const auto table = toml::parse("v = " + raw);
  if (table.size() != 1) {
    return std::nullopt;
  }
  const auto& value = *table.get("v");
  if (const auto* inner = value.as_table()) {
    return entries_of(*inner, key, origin);
  }
  return std::vector<Setting>{{key, value_of(value, key, origin), origin}};
}

}  // namespace

std::string Origin::text() const {
  return line == 0
             ? file
             : file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::vector<Setting> parse_toml(
    std::string_view bytes, const std::string& file) {
  const auto text = without_byte_order_mark(bytes);
  check_text(text, file);
  try {
    const auto root = toml::parse(text, file);
    Flattener flat{.file = file};
    flat.table(root, "");
    sort_by_place(flat.settings);
    return std::move(flat.settings);
  } catch (const toml::parse_error& error) {
    fail_configuration(
        origin_of(error.source(), file).text() + ": " +
        std::string(error.description()));
  }
}

std::vector<Setting> read_toml(const std::string& path) {
  const auto text = file_text(path);
  if (!text) {
    fail_configuration("cannot read the configuration file " + path);
  }
  return parse_toml(*text, path);
}

std::vector<Setting> parse_override(std::string_view text) {
  const auto at = text.find('=');
  if (at == std::string_view::npos || at == 0) {
    fail_configuration(
        "--set takes key=value; got '" + std::string(text) + "'");
  }
  const Origin origin{.file = "--set", .line = 0, .column = 0};
  const std::string key(text.substr(0, at));
  const std::string raw(text.substr(at + 1));
  check_key(key, origin);
  const Setting bare{key, raw, origin};
  if (stray_letter(raw) || too_deep(raw, kDeepest)) {
    return {bare};
  }
  try {
    return parse_value(raw, key, origin).value_or(std::vector{bare});
  } catch (const toml::parse_error&) {
    return {bare};
  }
}

std::vector<Setting> parse_overrides(std::span<const std::string> texts) {
  std::vector<Setting> all;
  for (const auto& text : texts) {
    auto some = parse_override(text);
    std::ranges::move(some, std::back_inserter(all));
  }
  return all;
}

void fail_unknown_key(
    const Setting& s,
    std::string_view key,
    std::span<const std::string> known) {
  const std::vector<std::string_view> words(known.begin(), known.end());
  const auto near = closest(key, words);
  fail_configuration(
      s.origin.text() + ": unknown key '" + s.key + "'" +
          (near ? "; did you mean '" + std::string(*near) + "'?"
                : "; `moestro methods --json` lists every key"),
      s.key);
}

Value typed(const Setting& s, const Param& param, StringPool& pool) {
  if (param.shape == Shape::kList) {
    if (const auto* list = std::get_if<std::vector<std::string>>(&s.value)) {
      return pool.keep(join(*list, ","));
    }
  }
  Value value;
  if (std::holds_alternative<std::string_view>(param.preset)) {
    const auto* text = std::get_if<std::string>(&s.value);
    if (text == nullptr) {
      fail_type(s, param);
    }
    check_choice(s, param, *text);
    return pool.keep(*text);
  }
  if (std::holds_alternative<double>(param.preset) &&
      std::holds_alternative<int64_t>(s.value)) {
    value = static_cast<double>(std::get<int64_t>(s.value));
  } else if (const auto* b = std::get_if<bool>(&s.value)) {
    value = *b;
  } else if (const auto* i = std::get_if<int64_t>(&s.value)) {
    value = *i;
  } else if (const auto* d = std::get_if<double>(&s.value)) {
    value = *d;
  } else {
    fail_type(s, param);
  }
  if (value.index() != param.preset.index()) {
    fail_type(s, param);
  }
  check_range(s, param, value);
  return value;
}

std::string_view StringPool::keep(std::string text) {
  kept_.push_back(std::make_unique<std::string>(std::move(text)));
  return *kept_.back();
}

std::string toml_text(const Value& value, Shape shape) {
  if (const auto* b = std::get_if<bool>(&value)) {
    return *b ? "true" : "false";
  }
  if (const auto* i = std::get_if<int64_t>(&value)) {
    return std::to_string(*i);
  }
  if (const auto* d = std::get_if<double>(&value)) {
    return shortest(*d);
  }
  const auto text = std::get<std::string_view>(value);
  if (shape == Shape::kOne) {
    return quoted(text);
  }
  std::string list;
  for (const auto item : split(text)) {
    list += (list.empty() ? "" : ", ") + quoted(item);
  }
  return "[" + list + "]";
}

std::string_view type_name(const Value& value) {
  constexpr std::string_view kNames[] = {"bool", "int", "float", "string"};
  return kNames[value.index()];
}

}  // namespace moestro
