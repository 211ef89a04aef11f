// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/trace_fields.h"

#include <cmath>

#include "moestro/base/error.h"
#include "moestro/base/screen.h"

namespace moestro::trace_fields {
namespace {

std::string quoted(const Json& value) {
  return shortened(dump(value), 40);
}

// What stands in quotes from here on, with them; empty when nothing does.
std::string_view quoted_at(std::string_view line, size_t at) {
  const auto end =
      line[at] == '"' ? line.find('"', at + 1) : std::string_view::npos;
  return end == std::string_view::npos ? std::string_view()
                                       : line.substr(at, end - at + 1);
}

bool is_no_number(std::string_view text) {
  return text.starts_with("NaN") || text.starts_with("Infinity");
}

// The key before a bare NaN or Infinity, which Python writes and JSON has not;
// empty when there is none.
std::string not_a_number(std::string_view line) {
  std::string_view key = "a value";
  for (size_t i = 0; i < line.size(); ++i) {
    if (is_no_number(line.substr(i))) {
      return shortened(key, 80);
    }
    if (const auto quoted = quoted_at(line, i); !quoted.empty()) {
      key = quoted.substr(1, quoted.size() - 2);
      i += quoted.size() - 1;
    }
  }
  return {};
}

}  // namespace

Json object_of(std::string_view line) {
  try {
    auto json = parse_json(line, "it");
    if (!json.is_object()) {
      fail_data("it is no JSON object");
    }
    return json;
  } catch (const DataError&) {
    const auto key = not_a_number(line);
    if (key.empty()) {
      throw;
    }
    fail_data(key + " is not finite: JSON has no such number, write null");
  }
}

std::optional<Json> given(const Json& object, std::string_view key) {
  auto value = object.find(key);
  return value && !value->is_null() ? std::move(value) : std::nullopt;
}

int64_t whole(const Json& value, const std::string& name, Range range) {
  if (!value.is_int()) {
    fail_data(name + " is " + quoted(value) + ", no whole number");
  }
  const auto number = value.as_int();
  if (number < range.least || number > range.most) {
    fail_data(
        name + " is " + std::to_string(number) + ", which lies outside " +
        std::to_string(range.least) + " to " + std::to_string(range.most));
  }
  return number;
}

int64_t whole_at(const Json& object, std::string_view key, Range range) {
  const auto value = given(object, key);
  if (!value) {
    fail_data(std::string(key) + " is missing");
  }
  return whole(*value, std::string(key), range);
}

int64_t whole_or_zero(const Json& object, std::string_view key, Range range) {
  return given(object, key) ? whole_at(object, key, range) : 0;
}

std::vector<int64_t> list(
    const Json& value, const std::string& name, int64_t most) {
  if (!value.is_array()) {
    fail_data(name + " is no list");
  }
  auto numbers = value.integers();
  const auto items = value.as_array();
  for (size_t i = 0; i < items.size(); ++i) {
    if (!numbers || (*numbers)[i] < 0 || (*numbers)[i] > most) {
      (void)whole(items[i], name + "[" + std::to_string(i) + "]", {0, most});
    }
  }
  return numbers ? *std::move(numbers) : std::vector<int64_t>();
}

std::optional<double> real(const Json& object, std::string_view key) {
  const auto value = given(object, key);
  if (!value) {
    return std::nullopt;
  }
  if (!value->is_number()) {
    fail_data(std::string(key) + " is " + quoted(*value) + ", no number");
  }
  return value->as_number();
}

std::string word(const Json& value, const std::string& name, size_t longest) {
  if (!value.is_string()) {
    fail_data(name + " is " + quoted(value) + ", no text");
  }
  auto text = value.as_string();
  if (text.empty() || text.size() > longest) {
    fail_data(
        name + " has " + std::to_string(text.size()) + " bytes; it has 1 to " +
        std::to_string(longest));
  }
  return text;
}

}  // namespace moestro::trace_fields
