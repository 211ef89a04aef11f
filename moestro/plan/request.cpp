// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/request.h"

#include <algorithm>
#include <cmath>

#include "moestro/base/error.h"
#include "moestro/base/text.h"

namespace moestro {
namespace {

constexpr int64_t kMostWhole = int64_t{1} << 53;

std::string quoted(std::string_view key) {
  return "'" + std::string(key) + "'";
}

// "load" and 3: "load[3]".
std::string item(std::string place, size_t index) {
  place += "[";
  place += std::to_string(index);
  place += "]";
  return place;
}

// Lists around the first number; 0 where there is none.
int64_t depth(const Json& value) {
  auto here = value;
  int64_t lists = 0;
  for (; here.is_array() && !here.as_array().empty(); ++lists) {
    here = here.as_array().front();
  }
  return here.is_number() ? lists : 0;
}

// The last lists of "[N][L][E]".
std::string_view inner(std::string_view form, int64_t depth) {
  auto at = form.size();
  for (; depth > 0; --depth) {
    at = form.rfind('[', at - 1);
  }
  return form.substr(at);
}

}  // namespace

Request::Request(
    const Json& json,
    std::string what,
    std::span<const Param> params,
    std::initializer_list<std::string_view> lists)
    : json_(json), what_(std::move(what)), params_(params) {
  if (!json.is_object()) {
    refuse("the request must be a JSON object");
  }
  std::vector<std::string_view> known(lists);
  for (const auto& p : params) {
    known.push_back(p.name);
  }
  for (const auto& [key, value] : json.as_object()) {
    if (std::ranges::find(known, key) == known.end()) {
      refuse("unknown key " + quoted(key) + did_you_mean(key, known));
    }
  }
}

void Request::refuse(const std::string& problem) const {
  fail_data(what_ + ": " + problem);
}

bool Request::has(std::string_view key) const {
  return json_.find(key).has_value();
}

Json Request::at(std::string_view key) const {
  auto value = json_.find(key);
  if (!value) {
    refuse("the key " + quoted(key) + " is missing");
  }
  return *std::move(value);
}

double Request::number(const Json& value, const std::string& place) const {
  if (!value.is_number() || !std::isfinite(value.as_number())) {
    refuse(place + " must be a finite number");
  }
  return value.as_number();
}

int64_t Request::whole(
    std::string_view key, int64_t least, int64_t most) const {
  const double v = number(at(key), quoted(key));
  if (v != std::floor(v) || v < static_cast<double>(least) ||
      v > static_cast<double>(most)) {
    refuse(
        quoted(key) + " is " + shortest(v) + "; it must be a whole number in " +
        std::to_string(least) + ".." + std::to_string(most));
  }
  return static_cast<int64_t>(v);
}

double Request::real(const Param& p) const {
  const double v = number(at(p.name), quoted(p.name));
  if (v < p.range.low || v > p.range.high) {
    refuse(
        quoted(p.name) + " is " + shortest(v) + "; it must be at least " +
        shortest(p.range.low));
  }
  return v;
}

std::string_view Request::word(const Param& p) const {
  const auto value = at(p.name);
  const auto given = value.is_string() ? value.as_string() : "";
  const auto known = split(p.choices);
  const auto found = std::ranges::find(known, given);
  if (found == known.end()) {
    refuse(
        quoted(p.name) + " must be one of " + join(known) +
        (value.is_string() ? "; got " + quoted(given) : ""));
  }
  return *found;
}

Value Request::value_of(const Param& p) const {
  if (std::holds_alternative<double>(p.preset)) {
    return real(p);
  }
  if (std::holds_alternative<std::string_view>(p.preset)) {
    return word(p);
  }
  const auto most = std::min(p.range.high, static_cast<double>(kMostWhole));
  return whole(
      p.name, static_cast<int64_t>(p.range.low), static_cast<int64_t>(most));
}

void Request::read(void* params) const {
  for (const auto& p : params_) {
    const auto* preset = std::get_if<int64_t>(&p.preset);
    const bool needed =
        preset != nullptr && static_cast<double>(*preset) < p.range.low;
    if (needed || has(p.name)) {
      p.store(params, value_of(p));
    }
  }
}

JsonItems Request::items(
    const Json& value, const std::string& place, const char* of) const {
  if (!value.is_array() || value.as_array().empty()) {
    refuse(place + " must be a list of " + of + ", not empty");
  }
  return value.as_array();
}

void Request::append_row(
    const Json& value,
    const std::string& place,
    std::vector<double>& cells) const {
  const auto numbers = items(value, place, "numbers");
  for (size_t i = 0; i < numbers.size(); ++i) {
    cells.push_back(number(numbers[i], item(place, i)));
  }
}

Json Request::lists(std::string_view key, std::string_view form) const {
  auto value = at(key);
  const auto wanted = std::ranges::count(form, '['), got = depth(value);
  const auto is = std::string(key) + " is " + std::string(form) + "; got ";
  if (got > 0 && got < wanted) {
    refuse(
        is + std::string(inner(form, got)) + ": wrap it in " +
        (wanted - got == 1 ? "one more pair" : "two more pairs") +
        " of brackets");
  }
  if (got > wanted) {
    refuse(is + "lists deeper than that: take a pair of brackets away");
  }
  return value;
}

std::vector<double> Request::row(
    std::string_view key, std::string_view form) const {
  std::vector<double> cells;
  append_row(lists(key, form), std::string(key), cells);
  return cells;
}

Matrix Request::matrix_of(const Json& value, const std::string& place) const {
  const auto rows = items(value, place, "rows");
  Matrix m{.rows = static_cast<int64_t>(rows.size())};
  for (size_t r = 0; r < rows.size(); ++r) {
    const auto here = item(place, r);
    const auto before = m.cells.size();
    append_row(rows[r], here, m.cells);
    const auto length = static_cast<int64_t>(m.cells.size() - before);
    m.columns = r == 0 ? length : m.columns;
    if (length != m.columns) {
      refuse(
          here + " has " + std::to_string(length) + " numbers, " +
          item(place, 0) + " has " + std::to_string(m.columns));
    }
  }
  return m;
}

Matrix Request::matrix(std::string_view key, std::string_view form) const {
  return matrix_of(lists(key, form), std::string(key));
}

std::vector<Matrix> Request::matrices(
    std::string_view key, std::string_view form) const {
  const std::string name(key);
  std::vector<Matrix> out;
  for (const auto& value : items(lists(key, form), name, "tables")) {
    const auto place = item(name, out.size());
    out.push_back(matrix_of(value, place));
    if (out.back().rows != out[0].rows ||
        out.back().columns != out[0].columns) {
      refuse(place + " has another size than the first");
    }
  }
  return out;
}

}  // namespace moestro
